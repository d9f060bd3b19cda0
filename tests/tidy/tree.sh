#!/usr/bin/env bash
# Small promises of the tree: files stay readable, templates escape everything, nothing is left unfinished, scripts are executable.
set -uo pipefail
cd "$(dirname "$0")/../.."
wrong=0
complain() { printf '%s\n  -> %s\n' "$1" "$2"; wrong=1; }
files() { find plugin hostapi tests templates locale docs -type f \( -name '*.cpp' -o -name '*.hpp' -o -name '*.h' -o -name '*.py' -o -name '*.mjs' -o -name '*.js' -o -name '*.sh' -o -name '*.mustache' \) -not -path '*/node_modules/*'; }
long=$(files | xargs wc -l | awk '$2 != "total" && $1 > 600')
[ -n "$long" ] && complain "$long" 'a newcomer gets lost in more than 600 lines: split the file'
raw=$(grep -rnE '\{\{\{|\{\{&' templates || true)
[ -n "$raw" ] && complain "$raw" 'templates use escaped tags only'
inline=$(grep -rnE ' style="|<script>|<style| on[a-z]+="' templates --include='*.mustache' || true)
[ -n "$inline" ] && complain "$inline" 'the content policy allows no inline script or style'
left=$(files | grep -v tests/tidy | xargs grep -nE 'TODO|FIXME' || true)
[ -n "$left" ] && complain "$left" 'finish it or say it in the issue'
[ "$wrong" = 0 ] && echo "the tree keeps its promises"
exit "$wrong"

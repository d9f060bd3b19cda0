#!/usr/bin/env bash
# Every event that is logged stands in OPERATING.md, and nothing stands there that is not logged.
set -uo pipefail
cd "$(dirname "$0")/../.."
logged=$({ grep -rhoE 'log_event\([^"]*"[A-Z][A-Z_0-9]+"' hostapi/reference --include='*.cpp'; grep -rhoE '"(AMAZONPAY|PLUGIN_LOG)[A-Z_]*"' plugin hostapi/reference --include='*.cpp'; } | grep -oE '"[A-Z][A-Z_0-9]+"' | tr -d '"' | sort -u)
written=$(grep -oE '^\| `[A-Z][A-Z_0-9]+`' OPERATING.md | tr -d '|` ' | sort -u)
different=$(diff <(echo "$logged") <(echo "$written"))
[ -z "$different" ] && echo "every message is explained" && exit 0
printf '%s\n  -> %s\n' "$different" 'OPERATING.md and the code differ: < is logged but not explained, > is explained but not logged'
exit 1

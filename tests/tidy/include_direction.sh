#!/usr/bin/env bash
# Who may include whom (see the top of CMakeLists.txt). Prints each wrong include; exit 1 if there is one.
set -uo pipefail
cd "$(dirname "$0")/../.."
wrong=0
forbid() {  # folder, pattern of includes it must not hold, why
  local hits
  hits=$(grep -rnE "#include [\"<]($2)" "$1" --include='*.hpp' --include='*.cpp' --include='*.h' || true)
  if [ -n "$hits" ]; then
    printf '%s\n  -> %s\n' "$hits" "$3"
    wrong=1
  fi
}
forbid plugin/domain '(ports|flows|amazon|host)/|hostapi/(hostapi|sdk)|boost/|curl/' 'domain is pure: no ports, flows, adapters, host interface, JSON'
forbid plugin/ports '(flows|amazon|host)/|hostapi/(hostapi|sdk)|boost/|curl/' 'ports see the domain only'
forbid plugin/flows '(amazon|host)/|hostapi/(hostapi|sdk)|boost/|curl/' 'flows see ports and domain only'
forbid plugin/amazon '(flows|host)/|hostapi/(hostapi|sdk)' 'the adapter to Amazon sees ports and domain only'
forbid plugin 'hostapi/reference|reference/|(web|store|loader|accounts|orders|tasks|cli)/' 'the plugin never sees the reference host'
forbid hostapi '(domain|ports|flows|amazon)/|plugin/' 'the host never sees the plugin'
forbid tests/sandbox '(domain|ports|flows)/|plugin/|hostapi/' 'the sandbox is independent, so that it can be the oracle'
[ "$wrong" = 0 ] && echo "every include points the right way"
exit "$wrong"

#!/usr/bin/env bash
# The .debs by themselves: made twice with the same bytes, clean for lintian, units that systemd accepts and rates as hardened, no path of this machine inside.
#   packages.sh BUILD
set -euo pipefail
cd "$(dirname "$0")/../.."
build=$(realpath "$1")
for program in dh lintian systemd-analyze; do command -v $program >/dev/null || { echo "$program is missing; ./test installs it"; exit 1; }; done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
kept="$build/package-test/first"  # fresh_debian.py installs these
mkdir -p "$build/package-test"
package/deb "$build" "$kept" >/dev/null
package/deb "$build" "$work/two" >/dev/null
wrong=0
for package in "$kept"/*.deb; do
  cmp "$package" "$work/two/$(basename "$package")" || { echo "$(basename "$package") differs when it is made again"; wrong=1; }
done
lintian --allow-root --fail-on error,warning --info "$kept"/*.deb || { echo "lintian complains"; wrong=1; }
for package in "$kept"/*.deb; do dpkg-deb -x "$package" "$work/root"; done
if grep -rlF "$PWD" "$work/root"; then echo "these files name a folder of this machine"; wrong=1; fi
for unit in shopadmin amazonpay-sandbox; do
  file="$work/root/lib/systemd/system/$unit.service"
  exposure=$(systemd-analyze security --offline=true --no-pager "$file" 2>/dev/null | grep -oE 'level for .*: [0-9.]+' | grep -oE '[0-9.]+$')
  echo "$unit.service: exposure ${exposure:-unknown} of 10"
  awk -v e="${exposure:-10}" 'BEGIN { exit !(e <= 2.5) }' || { echo "it should be at most 2.5: systemd-analyze security --offline=true"; wrong=1; }
done
[ "$wrong" = 0 ] && echo "the packages are good"
exit "$wrong"

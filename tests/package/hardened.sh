#!/usr/bin/env bash
# What is shipped is built with the compiler's protections: stack canaries, checked copies, position independence, read-only address tables.
#   hardened.sh FILE...
set -euo pipefail
wrong=0
must() { [ "$1" -gt 0 ] || { echo "$file: $2"; wrong=1; }; }
for file in "$@"; do
  symbols=$(readelf --wide --dyn-syms "$file")
  must "$(grep -c ' __stack_chk_fail' <<<"$symbols")" "no stack canaries (-fstack-protector-strong)"
  must "$(grep -cE ' __[a-z]+_chk(@|$)' <<<"$symbols")" "no checked copies (_FORTIFY_SOURCE)"
  must "$(readelf --file-header "$file" | grep -c 'DYN ')" "not position independent"
  must "$(readelf --wide --segments "$file" | grep -c GNU_RELRO)" "address tables stay writable (-z relro)"
  must "$(readelf --wide --dynamic "$file" | grep -cE 'BIND_NOW|Flags: .*NOW')" "addresses are looked up late (-z now)"
done
[ "$wrong" = 0 ] && echo "$# files are hardened"
exit "$wrong"

#!/usr/bin/env bash
# The built plugin exports one symbol and no other.
set -euo pipefail
exported=$(nm -D --defined-only "$1" | awk '{print $3}')
echo "exported: $exported"
[ "$exported" = "hostapi_entry_point" ]

# What a Debian 12 machine needs, written down once; sourced by ./run and ./test. Nothing is installed when nothing is missing, so both work for an ordinary
# user afterwards.

needed_to_run="g++ cmake ninja-build ccache libboost-json1.81-dev libboost-url1.81-dev libboost-locale1.81-dev libicu-dev libboost-system1.81-dev libboost-context1.81-dev libpugixml-dev catch2
  libcurl4-openssl-dev libssl-dev libsoci-dev libsqlite3-dev libarchive-dev prometheus-cpp-dev libpq-dev libkainjow-mustache-dev libargon2-dev libgoogle-perftools-dev libcli11-dev zlib1g-dev gettext libjs-bootstrap5 libjs-chart.js openssl python3"
needed_to_test="php8.2-cli php8.2-curl php8.2-gmp php-phpseclib3 nginx-light postgresql libxml2-utils binutils chromium-headless-shell fonts-noto-cjk nodejs npm debhelper dpkg-dev fakeroot lintian man-db mmdebstrap systemd"

# Debian's packages, or another source's program of the same name (nodejs of NodeSource brings npm with it).
is_installed() {
  case "$1" in
    npm | nodejs) command -v "${1/nodejs/node}" >/dev/null && return 0 ;;
  esac
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

install_missing() {
  local package missing=()
  if ! command -v dpkg-query >/dev/null; then
    echo "This script installs packages of Debian 12; on another system install what package/needed.sh lists, then use cmake." >&2
    return 1
  fi
  for package in "$@"; do is_installed "$package" || missing+=("$package"); done
  [ ${#missing[@]} -eq 0 ] && return 0
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
      echo "These Debian packages are missing: ${missing[*]}" >&2
      echo "Installing them needs root, and this machine has no sudo. As root: apt-get install --no-install-recommends ${missing[*]}" >&2
      return 1
    fi
    as_root=(sudo)
  fi
  echo "Installing ${#missing[@]} missing packages: ${missing[*]}"
  # Tests start nginx and PostgreSQL themselves, on loopback; the services that Debian would start at once, and at each boot, are nobody's wish here.
  local no_start=/usr/sbin/policy-rc.d made_no_start=
  if [ ! -e "$no_start" ]; then
    printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$no_start" >/dev/null && "${as_root[@]}" chmod 755 "$no_start" && made_no_start=yes
  fi
  local status=0
  { "${as_root[@]}" apt-get update -qq &&
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null; } || status=1
  [ -z "$made_no_start" ] || "${as_root[@]}" rm -f "$no_start"
  for package in nginx-light:nginx postgresql:postgresql; do
    [[ " ${missing[*]} " != *" ${package%:*} "* ]] || ! command -v systemctl >/dev/null || "${as_root[@]}" systemctl disable "${package#*:}" >/dev/null 2>&1 || true
  done
  if [ $status -ne 0 ]; then
    echo "apt-get could not install them (its message stands above). Install them yourself, then start again: ${missing[*]}" >&2
    return 1
  fi
}

# configure FOLDER [cmake options]: once; cmake itself notices later changes.
configure() {
  local folder=$1
  shift
  [ -f "$folder/build.ninja" ] && return 0
  mkdir -p "$(dirname "$folder")"
  cmake -S . -B "$folder" -G Ninja "$@" >"$folder.log" 2>&1 || { cat "$folder.log" >&2; return 1; }
  rm -f "$folder.log"
}

# build_quietly FOLDER [targets]: one line of progress on a terminal, warnings and errors in full.
build_quietly() {
  local folder=$1
  shift
  if [ -t 1 ]; then
    nice cmake --build "$folder" ${1:+--target "$@"}
  else
    local log="$folder/build.log"
    echo "building $folder (some minutes the first time) …"
    nice cmake --build "$folder" ${1:+--target "$@"} >"$log" 2>&1 || { grep -v -E '^\[[0-9]+/[0-9]+\] [A-Z]' "$log" >&2; return 1; }
  fi
}

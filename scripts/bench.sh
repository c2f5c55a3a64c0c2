#!/usr/bin/env bash
# Prints point location, import, start and look-ups of the built binary beside their peers; the tables also stay in target/bench/report.md.
# BENCH_UNITS names the sizes of the generated districts, BENCH_LOCATE_UNITS those of the maps for point location (4000000
# takes about 10 GB of memory), BENCH_ONLY=locate leaves out what needs a server, BENCH_ONLY=served all else,
# BENCH_ONLY=roster runs the import of a roster alone (BENCH_ROSTER_ROWS rows, 20000 unless told otherwise). Fails when a peer answers otherwise off borders.
source "$(dirname "$0")/lib.sh"
"$ROOT/scripts/need.sh" cc
# As `make run` serves; peers in the same process have them too.
export GLIBC_TUNABLES=${GLIBC_TUNABLES:-glibc.malloc.hugetlb=1}
work=$ROOT/target/bench
mkdir -p "$work"
cargo build --release --locked --manifest-path tests/bench/Cargo.toml

# When, of what, and where: a figure without them says nothing.
header() {
  local model memory
  model=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)
  memory=$(awk '/^MemTotal/ { printf "%.0f", $2 / 1048576 }' /proc/meminfo)
  printf '# make bench\n\n%s, commit %s%s. %s, %s cores, %s GiB, Linux %s, %s. Load average at the start: %s.\n\n' \
    "$(date -u +%FT%H:%MZ)" "$(git rev-parse --short HEAD)" "$(git diff --quiet HEAD || echo ' with changes')" \
    "$model" "$(nproc)" "$memory" "$(uname -r)" "$(rustc --version)" "$(cut -d' ' -f1-3 /proc/loadavg)"
}

measure() {
  header
  local bench=tests/bench/target/release/onemap-bench served=(run "$ROOT/target/release/onemap" "$work")
  # shellcheck disable=SC2206
  served+=(${BENCH_UNITS:-40000 400000})
  local roster=(tests/bench/target/release/roster_import "$work" "${BENCH_ROSTER_ROWS:-20000}")
  case ${BENCH_ONLY:-} in
  '')
    "${roster[@]}"
    "$bench" "${served[@]}"
    ;;
  locate) "$bench" locate ;;
  served) "$bench" served "${served[@]:1}" ;;
  roster) "${roster[@]}" ;;
  *) die "BENCH_ONLY is locate, served or roster, not $BENCH_ONLY" ;;
  esac
}

# The pipe hands on what the bench ended with (pipefail).
measure | tee "$work/report.md"

# BENCH_RECORD=1 puts a report without failures into the documentation, its headings one level down.
if [ -n "${BENCH_RECORD:-}" ]; then
  page=docs/performance.md
  sed 's/^#/##/' "$work/report.md" >"$work/results.md"
  sed -i -e '/^<!-- results -->$/,/^<!-- end of results -->$/{/^<!-- results -->$/{p;r '"$work/results.md"'
};/^<!-- end of results -->$/!d}' "$page"
  say "recorded in $page"
fi

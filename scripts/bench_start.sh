#!/usr/bin/env bash
# bench_start.sh: how long a store takes to be copied to PostgreSQL and back, and how long the server takes to be ready, from a
# file and from PostgreSQL, with the memory that it takes at most. Prints a table, which also stays in target/bench/start.md.
# BENCH_UNITS names the sizes of the generated districts, BENCH_TURNS how often each start is measured, BENCH_BINARY another binary.
source "$(dirname "$0")/lib.sh"
"$ROOT/scripts/need.sh" curl postgis
BINARY=${BENCH_BINARY:-$ROOT/target/release/onemap}
TURNS=${BENCH_TURNS:-3}
READY_TRIES=60000
[ -x "$BINARY" ] || die "${BINARY#"$ROOT/"} is missing: make build comes first"
export GLIBC_TUNABLES=${GLIBC_TUNABLES:-glibc.malloc.hugetlb=1}
# Clients come straight to us, whatever the machine's proxy.
export no_proxy=127.0.0.1 NO_PROXY=127.0.0.1
work=$ROOT/target/bench/start
rm -rf "$work"
mkdir -p "$work"

server=
# A database that may be pulled the plug on, as a city has it.
coproc POSTGRES { "$ROOT/scripts/postgres.sh" fsync=on full_page_writes=on shared_buffers=256MB 2>"$work/postgres.log"; }
trap '[ -z "$server" ] || kill -KILL "$server" 2>/dev/null || true; rm -rf "$work"' EXIT
read -r postgres <&"${POSTGRES[0]}" || die "no PostgreSQL: $(tail -n 3 "$work/postgres.log")"

since() { awk -v from="$1" -v to="$(date +%s.%N)" 'BEGIN { printf "%.2f", to - from }'; }

# The middle one of the lines of standard input.
median() { sort -n | awk '{ all[NR] = $1 } END { print all[int((NR + 1) / 2)] }'; }

# Serves the store $1 until it is ready; prints seconds and the most memory in MB.
start() {
  local from url answer=
  from=$(date +%s.%N)
  "$BINARY" serve --listen 127.0.0.1:0 --store "$1" >"$work/url" 2>"$work/server.log" &
  server=$!
  for _ in $(seq "$READY_TRIES"); do
    kill -0 "$server" 2>/dev/null || die "the server ended: $(tail -n 3 "$work/server.log")"
    url=$(head -n 1 "$work/url")
    if [ -n "$url" ]; then answer=$(curl -s -o /dev/null -w '%{http_code}' "$url/readyz" || true); fi
    [ "$answer" != 200 ] || break
    sleep 0.01
  done
  [ "$answer" = 200 ] || die 'the server is not ready'
  printf '%s %s\n' "$(since "$from")" "$(awk '/^VmHWM/ { printf "%.0f", $2 / 1000 }' "/proc/$server/status")"
  kill -TERM "$server"
  wait "$server"
  server=
}

{
  printf 'Starts are the median of %s; %s, load average at the start %s.\n\n' "$TURNS" "$(date -u +%FT%H:%MZ)" "$(cut -d' ' -f1-3 /proc/loadavg)"
  echo '| units | rows of areas | file, MB | copied to PostgreSQL, s | copied back, s | ready from SQLite, s | peak, MB | ready from PostgreSQL, s | peak, MB |'
  echo '|---:|---:|---:|---:|---:|---:|---:|---:|---:|'
  for units in ${BENCH_UNITS:-40000 400000}; do
    file=$work/$units.gpkg
    "$BINARY" generate --units "$units" --seed 1 --store "$file" >"$work/generate.log" 2>&1 || die "generate: $(tail -n 2 "$work/generate.log")"
    database=${postgres%/*}/units$units
    psql -q "$postgres" -c "create database units$units"
    from=$(date +%s.%N)
    rows=$("$BINARY" store copy "$file" "$database" 2>"$work/copy.log" | awk '$1 == "area" { print $2 }') || die "store copy: $(tail -n 2 "$work/copy.log")"
    there=$(since "$from")
    from=$(date +%s.%N)
    "$BINARY" store copy "$database" "$work/back.gpkg" >"$work/copy.log" 2>&1 || die "store copy: $(tail -n 2 "$work/copy.log")"
    back=$(since "$from")
    rm "$work/back.gpkg"
    row="| $units | $rows | $(($(stat -c %s "$file") / 1000000)) | $there | $back |"
    for store in "$file" "$database"; do
      for _ in $(seq "$TURNS"); do start "$store"; done >"$work/starts"
      row+=" $(cut -d' ' -f1 "$work/starts" | median) | $(cut -d' ' -f2 "$work/starts" | median) |"
    done
    echo "$row"
    psql -q "$postgres" -c "drop database units$units"
    rm "$file"
  done
} | tee "$ROOT/target/bench/start.md"

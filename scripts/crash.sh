#!/usr/bin/env bash
# Kills the service, and PostgreSQL under it, inside open transactions, and counts what is lost (scripts/crash/main.py).
#   CRASH_ROUNDS=20     rounds with each store
#   CRASH_SECONDS=      or as many as fit into this, but each kind of kill once
#   CRASH_READY_S=      fail when a start takes longer than this; only told when empty
#   CRASH_STORES=sqlite,postgres
#   UNITS=40000         of the demo district
#   CRASH_BINARY=target/release/onemap
#   CRASH_WORK=target/crash   a folder that is emptied first
source "$(dirname "$0")/lib.sh"

"$ROOT/scripts/need.sh" cc python postgis
binary=$(realpath "${CRASH_BINARY:-$ROOT/target/release/onemap}")
[ -x "$binary" ] || die "$binary is missing: build it first, or name another one in CRASH_BINARY"
programs=$(pg_config --bindir)
[ -x "$programs/initdb" ] || programs=/usr/lib/postgresql/15/bin
work=${CRASH_WORK:-$ROOT/target/crash}
rm -rf "$work"
mkdir -p "$work"
cc -shared -fPIC -O1 -o "$work/disk.so" "$ROOT/tests/it/faults/disk.c" -ldl
export no_proxy=127.0.0.1 NO_PROXY=127.0.0.1
exec "$PYTHON" -Bu "$ROOT/scripts/crash/main.py" "$binary" "$programs" "$work" "${CRASH_ROUNDS:-20}" "${UNITS:-40000}" \
  "${CRASH_STORES:-sqlite,postgres}" "${CRASH_READY_S:-}" "${CRASH_SECONDS:-}"

#!/usr/bin/env bash
# Proves on this machine what deploy/ promises: a PostgreSQL primary and a streaming standby, three servers (one reading the
# standby), HAProxy and nginx, all with the shipped configurations, on loopback and free ports, as an unprivileged user where
# PostgreSQL wants one. Publishes, kills servers and databases on the way, restores backups. What it starts it stops, by its
# own ids, however it ends; logs stay in target/replicas.
#   REPLICAS_ROUNDS=200   how many publishes are timed
#   REPLICAS_KILLS=20     how many of them with a server killed
#   REPLICAS_UNITS=8000   how large the district is
#   REPLICAS_BINARY=PATH  the binary, else that of the cargo profile TEST_PROFILE, as scripts/e2e.sh has it
source "$(dirname "$0")/lib.sh"
"$ROOT/scripts/need.sh" python postgis haproxy nginx curl systemd

profile=${TEST_PROFILE:-dev}
binary=${REPLICAS_BINARY:-$ROOT/target/${profile/#dev/debug}/onemap}
[ -x "$binary" ] || die "${binary#"$ROOT/"} is missing: cargo test or make build comes first"
conformance=$(shared)
# The clients must come straight to us, whatever the machine's proxy.
export no_proxy=127.0.0.1 NO_PROXY=127.0.0.1

exec "$PYTHON" -B "$ROOT/scripts/replicas/main.py" "$binary" "$conformance" "$ROOT/target/replicas" \
  --rounds "${REPLICAS_ROUNDS:-200}" --kills "${REPLICAS_KILLS:-20}" --units "${REPLICAS_UNITS:-8000}"

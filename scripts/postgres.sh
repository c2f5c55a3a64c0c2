#!/usr/bin/env bash
# postgres.sh: a private PostgreSQL with PostGIS for tests, for as long as standard input stays open.
# Prints its address (of a superuser, in the database "postgres") as the only line on stdout when it is ready; ends, and
# leaves nothing behind, when standard input ends, whatever became of who started it. Listens on 127.0.0.1, on a free port.
#   postgres.sh [NAME=VALUE...]   settings of the server besides those below, as fsync=on
# Give it a pipe that stays open: an empty or closed standard input ends it at once.
source "$(dirname "$0")/lib.sh"

"$ROOT/scripts/need.sh" postgis
BIN=$(pg_config --bindir)
[ -x "$BIN/initdb" ] || BIN=/usr/lib/postgresql/15/bin

# PostgreSQL refuses to run as root: then as nobody, who owns nothing else.
as=()
if [ "$(id -u)" = 0 ]; then
  as=(setpriv --reuid=nobody --regid="$(id -g nobody)" --clear-groups --)
fi

mkdir -p "$ROOT/target"
home=$(mktemp -d "$ROOT/target/postgres-XXXXXX")
if ! { [ ${#as[@]} = 0 ] || { chown nobody "$home" && "${as[@]}" test -w "$home"; }; } 2>/dev/null; then
  # The project lies in a folder that nobody may enter.
  rm -rf "$home"
  home=$(mktemp -d)
  chown nobody "$home"
fi

server= reader=
stop() {
  trap - EXIT INT TERM HUP
  if [ -n "$server" ]; then
    # Immediate: what it holds is thrown away. By its own number, never by name.
    kill -QUIT "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
  fi
  if [ -n "$reader" ]; then kill "$reader" 2>/dev/null || true; fi
  rm -rf "$home"
}
trap stop EXIT
trap 'exit 1' INT TERM HUP

password=$(od -An -N12 -tx1 /dev/urandom | tr -d ' \n')
printf '%s\n' "$password" >"$home/password"
[ ${#as[@]} = 0 ] || chown nobody "$home/password"
(cd "$home" && "${as[@]}" "$BIN/initdb" --pgdata="$home/data" --username=onemap --pwfile="$home/password" \
  --auth=scram-sha-256 --encoding=UTF8 --locale=C --no-sync >"$home/initdb.log" 2>&1) ||
  die "initdb did not work; its last line: $(tail -n 1 "$home/initdb.log")"

# What tests throw away need not survive a power cut; who wants it otherwise says so.
settings=(-c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=200 -c shared_buffers=64MB
  -c fsync=off -c full_page_writes=off -c autovacuum_naptime=10s -c timezone=UTC -c lc_messages=C)
for setting in "$@"; do settings+=(-c "$setting"); done

listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

for _ in {1..20}; do
  port=$((20000 + RANDOM % 20000))
  if listens "$port"; then continue; fi
  # Of its own session: an interrupt in the terminal is for this script, which then stops it.
  (cd "$home" && exec "${as[@]}" setsid "$BIN/postgres" -D "$home/data" -p "$port" "${settings[@]}") >"$home/server.log" 2>&1 </dev/null &
  server=$!
  for _ in {1..600}; do
    kill -0 "$server" 2>/dev/null || break
    # The log says so only when connections are taken.
    grep -q 'ready to accept connections' "$home/server.log" && break 2
    read -r -t 0.1 <> <(:) || true
  done
  kill -0 "$server" 2>/dev/null && die "PostgreSQL is not ready after a minute; see its log: $(tail -n 3 "$home/server.log")"
  wait "$server" 2>/dev/null || true
  server=
  # Somebody else took the port in between: another one.
  grep -q 'in use' "$home/server.log" || die "PostgreSQL does not start: $(tail -n 3 "$home/server.log")"
done
[ -n "$server" ] || die "found no free port for PostgreSQL"

echo "postgres://onemap:$password@127.0.0.1:$port/postgres"
# Until whoever started it closes the pipe, or is gone. In the background, so that a signal is heard while it waits.
cat <&0 >/dev/null &
reader=$!
wait "$reader"

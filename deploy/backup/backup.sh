#!/usr/bin/env bash
# Backups of an Onemap store, taken while it is served. Each makes a new folder or file and leaves none when it fails.
#   backup.sh cluster FOLDER [OPTION...]  all of PostgreSQL as it is on disk, with the log that makes it whole; checked.
#                                         Options go to pg_basebackup, as --max-rate=20M
#   backup.sh database FILE               the database alone (pg_dump, custom format): for another version, another machine
#   backup.sh store STORE FILE            any store (postgres://... or a GeoPackage) as a GeoPackage, compared table by table;
#                                         rows and digests stand beside it
# PostgreSQL is found by the usual variables: PGHOST, PGPORT, PGUSER, PGDATABASE, PGPASSFILE, PGSSLMODE, ...
# `cluster` needs the role onemap_replication, `database` the role onemap_owner.
set -euo pipefail
umask 077

usage() {
  sed -n '2,9s/^# \{0,1\}//p' "$0" >&2
  exit 2
}

# A half backup must not look like one: all is made beside its place, and gets its name when it is whole.
into() {
  [ ! -e "$1" ] || { echo "there is $1 already" >&2 && exit 1; }
  making=$1.making-$$
  trap 'rm -rf "$making"' EXIT
}

case ${1-} in
cluster)
  [ $# -ge 2 ] || usage
  into "$2"
  pg_basebackup --pgdata="$making" --wal-method=stream --checkpoint=fast --manifest-checksums=SHA256 "${@:3}"
  "$(pg_config --bindir)/pg_verifybackup" --quiet "$making"
  ;;
database)
  [ $# = 2 ] || usage
  into "$2"
  pg_dump --format=custom --file="$making"
  # What cannot be listed cannot be restored.
  pg_restore --list "$making" >/dev/null
  ;;
store)
  [ $# = 3 ] || usage
  into "$3"
  mkdir "$making"
  # Reads one state of the store, whoever writes meanwhile, and reads the copy back: rows and SHA-256 of every table.
  "${ONEMAP:-onemap}" store copy "$2" "$making/store.gpkg" >"$making/digests"
  mv "$making/digests" "$3.digests"
  mv "$making/store.gpkg" "$3"
  echo "$3"
  exit
  ;;
*) usage ;;
esac
mv "$making" "$2"
echo "$2"

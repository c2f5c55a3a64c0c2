#!/usr/bin/env bash
# Backups of an Onemap store, taken while it is served. Each makes a new folder or file and leaves none when it fails.
#   backup.sh cluster FOLDER [OPTION...]  all of PostgreSQL as it is on disk, with the log that makes it whole; checked.
#                                         Options go to pg_basebackup, as --max-rate=20M
#   backup.sh database FILE               the database alone (pg_dump, custom format): for another version, another machine
#   backup.sh store STORE FILE            any store (postgres://... or a GeoPackage) as a GeoPackage, compared table by table;
#                                         rows and digests stand beside it
#   backup.sh daily FOLDER [OPTION...]    all three, of ONEMAP_STORE and PGDATABASE, into FOLDER/YYYY-MM-DD; then the oldest
#                                         days go, until BACKUP_KEEP (14) are left
# PostgreSQL is found by the usual variables: PGHOST, PGPORT, PGUSER, PGDATABASE, PGPASSFILE, PGSSLMODE, ...
# `cluster` needs the role onemap_replication, `database` the role onemap_owner; `daily` takes both, and onemap, by itself.
set -euo pipefail
umask 077

usage() {
  sed -n '2,11s/^# \{0,1\}//p' "$0" >&2
  exit 2
}

fail() {
  echo "backup.sh: $1" >&2
  exit 1
}

# A half backup must not look like one: all is made beside its place, and gets its name when it is whole.
into() {
  [ ! -e "$1" ] || fail "there is $1 already"
  making=$1.making-$$
  trap 'rm -rf "$making"' EXIT
}

# What checks a backup of the server, whose version it must have; asked for before the backup begins, which may take hours.
find_verifier() {
  local version major
  # A replication connection knows a few words only, in capitals.
  version=$(psql -XAtq -c 'SHOW server_version' 'dbname=replication replication=true')
  major=${version%%[!0-9]*}
  # Debian has it on no PATH, others do.
  verifier=/usr/lib/postgresql/$major/bin/pg_verifybackup
  [ -x "$verifier" ] || verifier=$(command -v pg_verifybackup) ||
    fail "pg_verifybackup is missing; on Debian: apt-get install postgresql-client-$major"
  case $("$verifier" --version) in
  *" $major" | *" $major"[!0-9]*) ;;
  *) fail "$verifier is not of PostgreSQL $major; on Debian: apt-get install postgresql-client-$major" ;;
  esac
  verify=("$verifier" --quiet)
  # That one comes with the server only. Without it every file is compared all the same, but the log is not read through.
  [ -x "$(dirname "$(readlink -f "$verifier")")/pg_waldump" ] || verify+=(--no-parse-wal)
}

case ${1-} in
cluster)
  [ $# -ge 2 ] || usage
  into "$2"
  find_verifier
  pg_basebackup --pgdata="$making" --wal-method=stream --checkpoint=fast --manifest-checksums=SHA256 "${@:3}"
  "${verify[@]}" "$making"
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
daily)
  [ $# -ge 2 ] || usage
  folder=${2%/} keep=${BACKUP_KEEP:-14}
  [ -d "$folder" ] || fail "there is no folder $folder"
  [[ $keep =~ ^[1-9][0-9]{0,4}$ ]] || fail "BACKUP_KEEP is to be a number of days from 1 on, not $keep"
  [ -n "${PGDATABASE-}" ] && [ -n "${ONEMAP_STORE-}" ] || fail "PGDATABASE and ONEMAP_STORE are to name what is backed up"
  set -- "$1" "$folder/$(date +%F)" "${@:3}"
  into "$2"
  mkdir "$making"
  PGUSER=onemap_replication "${BASH_SOURCE[0]}" cluster "$making/cluster" "${@:3}" >/dev/null
  PGUSER=onemap_owner "${BASH_SOURCE[0]}" database "$making/$PGDATABASE.dump" >/dev/null
  "${BASH_SOURCE[0]}" store "$ONEMAP_STORE" "$making/$PGDATABASE.gpkg" >/dev/null
  mv "$making" "$2"
  # Days that are whole are counted, not days gone by: where backups fail, the last good ones stay.
  days=("$folder"/[0-9][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9])
  for ((day = 0; day < ${#days[@]} - keep; day++)); do rm -rf "${days[day]}"; done
  echo "$2"
  exit
  ;;
*) usage ;;
esac
mv "$making" "$2"
echo "$2"

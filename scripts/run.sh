#!/usr/bin/env bash
# Serves the demo district, making it first when target/demo lacks it.
source "$(dirname "$0")/lib.sh"
store=$ROOT/target/demo/onemap.gpkg
if ! [ -e "$store" ]; then
  mkdir -p "${store%/*}"
  # Made beside its place and moved there whole: an interrupted run leaves nothing that looks finished.
  making=$ROOT/target/demo/making.gpkg
  rm -f "$making" "$making-wal" "$making-shm"
  say "making the demo district ($PROFILE, $UNITS units, seed $SEED)"
  target/release/onemap generate --profile "$PROFILE" --units "$UNITS" --seed "$SEED" --store "$making"
  mv "$making" "$store"
fi
# Huge pages where the kernel gives them: the index lies in few of them instead of thousands of small ones.
export GLIBC_TUNABLES=${GLIBC_TUNABLES:-glibc.malloc.hugetlb=1}
exec target/release/onemap serve --listen "$LISTEN" --store "$store" --profile "$PROFILE"

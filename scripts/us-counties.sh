#!/usr/bin/env bash
# us-counties.sh make|check: makes tests/fixtures/us-counties from the npm package us-atlas, or checks that it is what this makes.
source "$(dirname "$0")/lib.sh"
"$ROOT/scripts/need.sh" node python

fixture=$ROOT/tests/fixtures/us-counties
made=$ROOT/target/us-counties
source=$ROOT/scripts/us-counties

cd "$source"
if ! [ node_modules/.package-lock.json -nt package-lock.json ]; then
  npm ci --no-audit --no-fund --loglevel=error
  touch node_modules/.package-lock.json
fi
node us-counties.mjs "$made"
"$PYTHON" invalid.py "$made/raw.geojsonl" >"$made/invalid-raw.txt"
[ -z "$("$PYTHON" invalid.py "$made/repaired.geojsonl")" ] || die 'the repaired us-counties are not valid'

case ${1:-} in
make)
  for name in raw repaired; do gzip -9nc "$made/$name.geojsonl" >"$fixture/$name.geojsonl.gz"; done
  cp "$made/invalid-raw.txt" "$made/repairs.txt" "$fixture/"
  ;;
check)
  for name in raw repaired; do
    gzip -dc "$fixture/$name.geojsonl.gz" | cmp - "$made/$name.geojsonl" || die "$name.geojsonl.gz is not what us-counties.sh makes"
  done
  for name in invalid-raw.txt repairs.txt; do cmp "$fixture/$name" "$made/$name" || die "$name is not what us-counties.sh makes"; done
  echo 'us-counties: four files are what the script makes'
  ;;
*) die 'us-counties.sh wants make or check' ;;
esac

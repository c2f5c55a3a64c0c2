#!/usr/bin/env bash
# The built binary as a stranger would meet it: a demo district is generated and served, then the browser tests, the
# conformance runners of ../shared, GDAL and a SIGTERM have their turn. Nothing is skipped; a missing part fails.
source "$(dirname "$0")/lib.sh"

# The folder of cargo's dev profile is called debug.
profile=${TEST_PROFILE:-dev}
BINARY=$ROOT/target/${profile/#dev/debug}/onemap
UNITS=${E2E_UNITS:-8000}
# The demo district's own code, and the name that its data must keep through every format.
DISTRICT=350304
DISTRICT_NAME=荔城区
READY_TRIES=300
STOP_SECONDS=5

work=$ROOT/target/e2e
rm -rf "$work"
mkdir -p "$work/screenshots"
# The clients below must come straight to us, whatever the machine's proxy.
export no_proxy=127.0.0.1 NO_PROXY=127.0.0.1
conformance=$(shared)/conformance
[ -x "$BINARY" ] || die "${BINARY#"$ROOT/"} is missing: cargo test comes first"

server=
trap '[ -z "$server" ] || kill -KILL "$server" 2>/dev/null || true' EXIT

passed=0
pass() {
  passed=$((passed + 1))
  echo "ok    $*"
}
fail() {
  echo "FAIL  $*"
  [ ! -s "$work/server.log" ] || { echo 'the server said last:' && tail -n 20 "$work/server.log"; }
  echo "$passed passed, 1 failed"
  exit 1
}

# The answer of the service at path $1.
fetch() { "$PYTHON" -c 'import sys, requests
answer = requests.get(sys.argv[1], timeout=30)
answer.raise_for_status()
sys.stdout.write(answer.text)' "$url$1"; }

"$BINARY" generate --profile licheng --units "$UNITS" --seed 1 --store "$work/demo.gpkg" >"$work/generate.log" 2>&1 ||
  { cat "$work/generate.log" && fail 'onemap generate'; }
pass "a demo district of $UNITS units"

"$BINARY" serve --listen 127.0.0.1:0 --store "$work/demo.gpkg" --profile licheng >"$work/server.log" 2>&1 &
server=$!
url=
for _ in $(seq "$READY_TRIES"); do
  kill -0 "$server" 2>/dev/null || fail 'the server ended before it was ready'
  url=$(grep -aoE 'http://127\.0\.0\.1:[0-9]+' "$work/server.log" | head -n 1 || true)
  if [ -n "$url" ] && fetch /readyz >/dev/null 2>&1; then break; fi
  sleep 0.2
done
[ -n "$url" ] && fetch /readyz >/dev/null || fail 'the server prints its address and becomes ready'
pass "serving at $url"

fetch '/areas?limit=1' >"$work/areas.json" || fail '/areas'
fetch /tiles/areas.json >"$work/tilejson.json" || fail '/tiles/areas.json'
# One line per level of the profile, coarsest first: its id, its first zoom in the tileset, and how many square tile
# units may be covered twice: any number where stairwells share one footprint, which GDAL's polygons do as well.
"$PYTHON" -c 'import json, sys, tomllib
zooms = {layer["id"]: layer["minzoom"] for layer in json.load(open(sys.argv[1]))["vector_layers"]}
for level in tomllib.load(open(sys.argv[2], "rb"))["levels"]: print(level["id"], zooms[level["id"]], 1e12 if level.get("stackable") else 0.5)' \
  "$work/tilejson.json" data/profiles/licheng.toml >"$work/layers.txt" || fail 'TileJSON names a layer for each level'

# GeoPackage, read by GDAL from a read-only copy while the server runs.
cp "$work/demo.gpkg" "$work/copy.gpkg"
chmod 444 "$work/copy.gpkg"
ogrinfo -ro -so -al "$work/copy.gpkg" >"$work/ogrinfo.txt" 2>"$work/ogrinfo.err" || fail "ogrinfo reads a copy: $(cat "$work/ogrinfo.err")"
[ ! -s "$work/ogrinfo.err" ] || fail "ogrinfo has nothing to warn of: $(head -n 3 "$work/ogrinfo.err")"
areas=0
while read -r level _; do
  count=$(awk -v layer="$level" '$0 == "Layer name: " layer { found = 1 } found && /^Feature Count:/ { print $3; exit }' "$work/ogrinfo.txt")
  [ "${count:-0}" -gt 0 ] || fail "ogrinfo lists the layer $level with its areas"
  areas=$((areas + count))
done <"$work/layers.txt"
stated=$("$PYTHON" -c 'import json, sys; print(json.load(open(sys.argv[1]))["numberMatched"])' "$work/areas.json")
[ "$areas" = "$stated" ] || fail "GDAL sees $areas areas, /areas counts $stated"
top=$(head -n 1 "$work/layers.txt" | cut -d ' ' -f 1)
ogrinfo -ro -q "$work/copy.gpkg" -sql "select name from \"$top\" where code = '$DISTRICT'" | grep -q "$DISTRICT_NAME" ||
  fail "GDAL reads the name $DISTRICT_NAME"
pass "GDAL reads $areas areas in $(wc -l <"$work/layers.txt") layers, Chinese names intact"

# Tiles against the polygons that GDAL reads, so that reference and tile share no code of ours but the store.
while read -r level min_zoom covered_twice; do
  ogr2ogr -f GeoJSON -lco RFC7946=YES "$work/$level.geojson" "$work/copy.gpkg" "$level" 2>"$work/ogr2ogr.err" || fail "ogr2ogr $level: $(cat "$work/ogr2ogr.err")"
  zooms=$(seq -s , "$min_zoom" 2 16),17,18
  "$PYTHON" "$conformance/mvt_check.py" "$url/tiles/areas/{z}/{x}/{y}" --reference "$work/$level.geojson" --key code --layer "$level" \
    --zooms "$zooms" --max-tiles 36 --gap "$covered_twice" >"$work/mvt-$level.txt" 2>&1 || { cat "$work/mvt-$level.txt" && fail "tiles of $level at zooms $zooms"; }
  pass "tiles of $level at zooms $zooms: $(tail -n 1 "$work/mvt-$level.txt")"
done <"$work/layers.txt"

# OGC API - Tiles. What needs features waits for them: these checks need none.
"$PYTHON" "$conformance/oapif_core.py" "$url/ogc" --only 'dataset-tilesets|tileset/description|core/tc-error' >"$work/ogc-tiles.txt" 2>&1 ||
  { cat "$work/ogc-tiles.txt" && fail 'OGC API - Tiles'; }
pass "OGC API - Tiles: $(tail -n 1 "$work/ogc-tiles.txt")"
"$PYTHON" "$conformance/mvt_check.py" "$url/ogc/tiles/WebMercatorQuad/{z}/{y}/{x}" --reference "$work/$top.geojson" --key code --layer "$top" \
  --zooms 14 --max-tiles 4 >"$work/mvt-ogc.txt" 2>&1 || { cat "$work/mvt-ogc.txt" && fail 'tiles by row and column'; }
pass "tiles by row and column: $(tail -n 1 "$work/mvt-ogc.txt")"

# Browser.
(cd "$ROOT/web-viewer" && ONEMAP_URL=$url ONEMAP_SCREENSHOTS=$work/screenshots npm run --silent e2e) || fail 'browser tests'
compgen -G "$work/screenshots/*.png" >/dev/null || fail 'the browser tests leave screenshots'
pass "browser tests; screenshots in ${work#"$ROOT/"}/screenshots"

# The browser tests publish editions; what they have left is what bad input must not change.
fetch '/areas?limit=1' >"$work/areas-before.json" || fail '/areas'
again=$("$PYTHON" -c 'import json, sys; print(json.load(open(sys.argv[1]))["numberMatched"])' "$work/areas-before.json")
[ "$again" = "$stated" ] || fail "the browser tests left $again areas of $stated"

# Bad input. What this issue does not have may be skipped by the runner; a case of anything else may not.
bad=0
"$PYTHON" "$conformance/bad_inputs.py" "$url" --map "$ROOT/tests/conformance/endpoints.json" --slow --json "$work/bad_inputs.json" >"$work/bad_inputs.txt" 2>&1 || bad=1
grep -a '^FAIL' "$work/bad_inputs.txt" || true
[ "$bad" = 0 ] || { tail -n 3 "$work/bad_inputs.txt" && fail 'bad input'; }
"$PYTHON" "$ROOT/scripts/skipped.py" "$work/bad_inputs.json" "$ROOT/tests/conformance/endpoints.json" || fail 'bad input: a case was skipped'
cases=$("$PYTHON" -c 'import json, sys; print(sum(case["status"] == "ok" for case in json.load(open(sys.argv[1]))))' "$work/bad_inputs.json")
passed=$((passed + cases))
echo "ok    bad input: $cases cases"

# The store is as it was, and the server goes when told to.
fetch '/areas?limit=1' >"$work/areas-after.json"
cmp -s "$work/areas-before.json" "$work/areas-after.json" || fail 'bad input left the areas as they were'
pass 'the areas are what they were'
kill -TERM "$server"
for _ in $(seq $((STOP_SECONDS * 10))); do
  kill -0 "$server" 2>/dev/null || break
  sleep 0.1
done
! kill -0 "$server" 2>/dev/null || fail "SIGTERM ends the server within $STOP_SECONDS s"
stopped=$server
server=
wait "$stopped" || fail "the server ends with status 0 after SIGTERM, not $?"
pass "SIGTERM ends the server within $STOP_SECONDS s"

# At rest the file alone is the whole store.
[ ! -s "$work/demo.gpkg-wal" ] || fail 'no write-ahead log is left behind'
pass 'the store at rest is one file'
echo "$passed passed, 0 failed"

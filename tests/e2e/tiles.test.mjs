/** The tiles of the server as MapLibre's own reader finds them: every layer, every feature, every ring. No browser. */
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { before, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { BASE, get, PATIENCE_MS } from "./support.mjs";

const viewer = createRequire(fileURLToPath(new URL("../../web-viewer/package.json", import.meta.url)));
const load = (name) => import(pathToFileURL(viewer.resolve(name)).href);
const [{ VectorTile, classifyRings }, { PbfReader }] = await Promise.all([load("@mapbox/vector-tile"), load("pbf")]);

const EXTENT = 4096;
/** How far outside of the tile a feature may reach, in its units. */
const BUFFER = 256;
/** Types of geometry; points are 1. */
const [LINE, POLYGON] = [2, 3];
const slow = { timeout: 4 * PATIENCE_MS };
/** Areas of a level that are looked for in the tiles. */
const SOME = 40;

let documents;

before(async () => {
  documents = await Promise.all(["areas", "places"].map((tileset) => get(`/tiles/${tileset}.json`)));
});

/** The tile as the reader finds it; null where nothing is. */
async function read(document, [z, x, y]) {
  const [template] = document.tiles;
  const where = new URL(template.replace("{z}", z).replace("{x}", x).replace("{y}", y), BASE);
  const answer = await fetch(where, { headers: { accept: "application/x-protobuf" } });
  assert.ok([200, 204].includes(answer.status), `${where}: ${answer.status}`);
  return answer.status === 204 ? null : new VectorTile(new PbfReader(new Uint8Array(await answer.arrayBuffer())));
}

/** A position in columns and rows of a zoom. */
function onZoom([lon, lat], z) {
  const sine = Math.sin((lat * Math.PI) / 180);
  const count = 2 ** z;
  return [(lon / 360 + 0.5) * count, (0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)) * count];
}

const tileAt = (position, z) => [z, ...onZoom(position, z).map(Math.floor)];

/** Twice the area; positive where a ring turns clockwise on the screen, as exteriors must. */
const turn = (ring) => ring.slice(1).reduce((sum, { x, y }, index) => sum + (ring[index].x * y - x * ring[index].y), 0);

/** How often rings go around a place between units, where nothing touches it. */
const around = (rings, x, y) =>
  rings
    .flatMap((ring) => ring.slice(1).map((to, index) => [ring[index], to]))
    .reduce((sum, [from, to]) => {
      if (from.y > y === to.y > y) return sum;
      const side = (to.x - from.x) * (y - from.y) - (x - from.x) * (to.y - from.y);
      return sum + (to.y > from.y ? Number(side > 0) : -Number(side < 0));
    }, 0);

function checkPolygon(rings, what) {
  for (const ring of rings) {
    assert.ok(ring.length >= 4, `${what}: a ring of ${ring.length} positions`);
    const [first, last] = [ring[0], ring.at(-1)];
    assert.deepEqual([first.x, first.y], [last.x, last.y], `${what}: it is closed`);
    assert.notEqual(turn(ring), 0, `${what}: it has an area`);
  }
  assert.ok(turn(rings[0]) > 0, `${what}: the first ring is an exterior`);
  const polygons = classifyRings(rings);
  assert.equal(polygons.flat().length, rings.length, `${what}: no ring is lost`);
  for (const [exterior, ...holes] of polygons) {
    assert.ok(turn(exterior) > 0, `${what}: an exterior is clockwise`);
    const [xs, ys] = ["x", "y"].map((axis) => exterior.map((at) => at[axis]));
    for (const hole of holes) {
      assert.ok(turn(hole) < 0, `${what}: a hole is counterclockwise`);
      const isWithin = ({ x, y }) =>
        x >= Math.min(...xs) && x <= Math.max(...xs) && y >= Math.min(...ys) && y <= Math.max(...ys);
      assert.ok(hole.every(isWithin), `${what}: a hole lies in its exterior`);
    }
  }
}

/** Every feature of every layer; how many there were of each type. */
function checkTile(tile, document, [z, x, y]) {
  const counts = [0, 0, 0, 0];
  for (const [name, layer] of Object.entries(tile.layers)) {
    const announced = document.vector_layers.find(({ id }) => id === name);
    assert.ok(announced && announced.minzoom <= z && z <= announced.maxzoom, `${name} at ${z} is announced`);
    assert.deepEqual([layer.version, layer.extent, layer.name], [2, EXTENT, name]);
    assert.ok(layer.length > 0, `${name} is not empty`);
    for (let index = 0; index < layer.length; index += 1) {
      const feature = layer.feature(index);
      const what = `${z}/${x}/${y} ${name} ${feature.id ?? index}`;
      const parts = feature.loadGeometry();
      counts[feature.type] += 1;
      assert.ok(parts.length > 0, `${what} is somewhere`);
      for (const at of parts.flat()) {
        const isNear = (c) => Number.isInteger(c) && c >= -BUFFER && c <= EXTENT + BUFFER;
        assert.ok(isNear(at.x) && isNear(at.y), `${what}: ${at.x} ${at.y}`);
      }
      if (feature.type === POLYGON) checkPolygon(parts, what);
      if (feature.type === LINE) for (const line of parts) assert.ok(line.length >= 2, `${what}: a line`);
      for (const key of Object.keys(feature.properties)) assert.ok(key in announced.fields, `${what}: ${key}`);
      const { geometry } = feature.toGeoJSON(x, y, z);
      assert.ok(geometry.type.replace("Multi", "") === ["", "Point", "LineString", "Polygon"][feature.type], what);
    }
  }
  return counts;
}

test("every layer, feature and ring of tiles at every zoom is as the reader wants it", slow, async () => {
  for (const document of documents) {
    const [west, south, east, north] = document.bounds;
    const counts = [0, 0, 0, 0];
    for (let z = document.minzoom; z <= document.maxzoom; z += 1) {
      // Around the middle, and across the whole district, so that edges and empty places are among them.
      const places = [document.center.slice(0, 2)];
      for (const share of [0.1, 0.3, 0.42, 0.5, 0.58, 0.7, 0.9])
        places.push(
          [west + share * (east - west), south + share * (north - south)],
          [west + share * (east - west), north - share * (north - south)],
        );
      const tiles = new Map(places.map((place) => tileAt(place, z)).map((tile) => [tile.join("/"), tile]));
      let drawn = 0;
      for (const coord of tiles.values()) {
        const tile = await read(document, coord);
        if (!tile) continue;
        drawn += 1;
        checkTile(tile, document, coord).forEach((count, type) => {
          counts[type] += count;
        });
      }
      assert.ok(drawn > 0, `something is drawn at ${z}`);
    }
    assert.equal(counts[0], 0, "no geometry is of an unknown type");
    assert.ok(counts[LINE] > 0 && counts[POLYGON] > 100, `${counts}`);
  }
});

test("every area is where its label is, in the tiles of every zoom that shows its level", slow, async () => {
  const [document] = documents;
  const { levels } = await get("/profile");
  let labels = 0;
  for (const { id } of levels) {
    const { items } = await get(`/areas?level=${id}&limit=10000`);
    const some = items.filter((_, index) => index % Math.ceil(items.length / SOME) === 0);
    const { minzoom, maxzoom } = document.vector_layers.find((layer) => layer.id === id);
    // At the first zoom many are smaller than what can be drawn; two deeper none that has room for a label is.
    for (const [index, area] of some.entries()) {
      const z = Math.min(maxzoom, minzoom + 2 + (index % 4));
      const coord = tileAt(area.label, z);
      const layer = (await read(document, coord))?.layers[id];
      assert.ok(layer, `${id} is in ${coord}`);
      const features = Array.from({ length: layer.length }, (_, number) => layer.feature(number));
      const feature = features.find(({ properties }) => properties.code === area.code);
      assert.ok(feature, `${area.code} is in ${coord}`);
      assert.equal(feature.properties.name, area.name);
      const [x, y] = onZoom(area.label, z).map((c) => (c - Math.floor(c)) * EXTENT);
      assert.equal(around(feature.loadGeometry(), x, y), 1, `${area.code} goes once around its label in ${coord}`);
      labels += 1;
    }
  }
  assert.ok(labels > SOME, `${labels} areas`);
});

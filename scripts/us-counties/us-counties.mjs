// Counties in states of the npm package us-atlas 10m (public domain) as GeoJSON sequences.
//
//   node us-counties.mjs OUT_DIR
//
// writes into OUT_DIR
//   raw.geojsonl       every feature as us-atlas has it, rounded to seven decimals (our lattice), states first
//   repaired.geojsonl  the same with collapsed rings dropped and crossings repaired; a state is the sum of its counties
//   repairs.txt        what was repaired, a line per feature and thing
//
// The package rounds coordinates to 100,000 steps, which makes some rings collapse and some borders cross. No border
// crosses 180 degrees: the Aleutians come cut there, in parts on either side, and this is asserted.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { feature } from "topojson-client";
import { repair } from "./repair.mjs";

/** Lattice steps in a degree. */
const STEPS = 1e7;
/** Half the world in lattice steps: a ring wider than this would go round the back. */
const HALF_WORLD = 180 * STEPS;

/**
 * The features of one object of the topology: code, name and polygons as lists of rings of lattice points, as given.
 * @returns {{code: string, name: string, polygons: [number, number][][][]}[]}
 */
function read(topology, object) {
  return feature(topology, topology.objects[object]).features.map(({ id, properties, geometry }) => {
    const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
    const onLattice = polygons.map((rings) =>
      rings.map((ring) => ring.map(([lon, lat]) => [Math.round(lon * STEPS), Math.round(lat * STEPS)])),
    );
    for (const ring of onLattice.flat()) {
      const lons = ring.map(([lon]) => lon);
      if (Math.max(...lons) - Math.min(...lons) > HALF_WORLD) throw new Error(`${id} goes across 180 degrees`);
    }
    return { code: id, name: properties.name, polygons: onLattice };
  });
}

/** One line of a GeoJSON sequence. */
function line({ code, name, polygons }) {
  const coordinates = polygons.map((rings) => rings.map((ring) => ring.map(([lon, lat]) => [lon / STEPS, lat / STEPS])));
  const county = code.length === 5;
  const properties = { code, name, level: county ? "county" : "state", ...(county && { parent: code.slice(0, 2) }) };
  const geometry =
    coordinates.length === 1
      ? { type: "Polygon", coordinates: coordinates[0] }
      : { type: "MultiPolygon", coordinates };
  return `${JSON.stringify({ type: "Feature", properties, geometry })}\n`;
}

const byCode = (a, b) => (a.code < b.code ? -1 : 1);
const out = process.argv[2];
if (!out) throw new Error("usage: node us-counties.mjs OUT_DIR");
mkdirSync(out, { recursive: true });

const atlas = createRequire(import.meta.url).resolve("us-atlas/counties-10m.json");
const topology = JSON.parse(readFileSync(atlas, "utf8"));
const states = read(topology, "states").sort(byCode);
const counties = read(topology, "counties").sort(byCode);
writeFileSync(join(out, "raw.geojsonl"), [...states, ...counties].map(line).join(""));

const repaired = repair(counties);
const mended = states.map(({ code, name }) => ({ code, name, polygons: repaired.groups.get(code) }));
writeFileSync(join(out, "repaired.geojsonl"), [...mended, ...repaired.features].map(line).join(""));
writeFileSync(join(out, "repairs.txt"), repaired.report.map((text) => `${text}\n`).join(""));
console.error(`${states.length} states, ${repaired.features.length} of ${counties.length} counties, ${repaired.report.length} repairs`);

import { readdirSync, readFileSync } from "node:fs";
import { type StyleSpecification, validateStyleMin } from "@maplibre/maplibre-gl-style-spec";
import { describe, expect, it } from "vitest";
import { SHEETS } from "../sprites/build.mjs";
import { bordersOf, isShown } from "../src/map/layers";
import { withOverlay } from "../src/map/overlay";
import { pick } from "../src/map/pick";
import { scaled, scaleStyle } from "../src/map/scale-style";

const FIXTURES = new URL("./fixtures/styles/", import.meta.url);
/** What the server writes for its own profiles, with and without a base map. */
const names = readdirSync(FIXTURES).map((file) => file.replace(/\.json$/, ""));

const read = (name: string): StyleSpecification =>
  // The boundary: written and checked by the server's own tests, validated below.
  JSON.parse(readFileSync(new URL(`${name}.json`, FIXTURES), "utf8")) as StyleSpecification;
const style = (theme: string): StyleSpecification => read(`licheng-${theme}`);
const sprite = (theme: string): Set<string> =>
  new Set(Object.keys(JSON.parse(readFileSync(`${SHEETS}/${theme}.json`, "utf8"))));

/** Every name of an image in a value of `icon-image` or a pattern. */
function images(value: unknown): string[] {
  if (typeof value === "string") return value === "" ? [] : [value];
  if (!Array.isArray(value) || value[0] !== "case") return [];
  const outputs = value.slice(1, -1).filter((_, index) => index % 2 === 1);
  return [...outputs, value.at(-1)].flatMap(images);
}

const levels = ["district", "street", "community", "grid", "unit"].map((id, index) => ({
  id,
  name: { zh: id, en: id },
  count: 1,
  min_zoom: 6 + index,
  label_zoom: null,
  kinds: false,
  stackable: false,
}));
const colours = {
  accent: "#3fb6c6",
  ground: "#0e141b",
  text: "#e8edf2",
  ok: "#5cc489",
  due: "#f0b429",
  late: "#f2655c",
};

it("styles of five profiles are there, in both themes", () => {
  const profiles = new Set(names.map((name) => name.split("-")[0]));
  expect([profiles.size, names.filter((name) => name.includes("-dark")).length * 2]).toEqual([5, names.length]);
});

describe.each(names)("the style %s", (name) => {
  const theme = name.includes("-light") ? "light" : "dark";

  it("is valid by the specification", () => {
    expect(validateStyleMin(read(name))).toEqual([]);
  });

  it("stays valid with the overlay, at the size of a wall", () => {
    const own = levels.filter(({ id }) => read(name).layers.some((layer) => layer.id === `${id}-fill`));
    const whole = withOverlay(scaleStyle(read(name), 1.75), own, colours, 1.75);
    expect(validateStyleMin(whole)).toEqual([]);
  });

  it("asks for nothing but the server's own tiles and icons", () => {
    const { sources, glyphs, sprite } = read(name);
    expect([glyphs, sprite]).toEqual([undefined, `/sprites/${theme}`]);
    const urls = Object.values(sources).map((source) => "url" in source && source.url);
    const expected = ["/tiles/areas.json", "/tiles/places.json"];
    expect(urls.sort()).toEqual(name.includes("-on-") ? ["/basemap.json", ...expected] : expected);
  });

  it("uses only icons that the sprite has", () => {
    const used = read(name).layers.flatMap((layer) => [
      ...(layer.type === "symbol" ? images(layer.layout?.["icon-image"]) : []),
      ...(layer.type === "fill" ? images(layer.paint?.["fill-pattern"]) : []),
    ]);
    expect(used.length).toBeGreaterThan(5);
    expect(used.filter((image) => !sprite(theme).has(image))).toEqual([]);
  });

  it("draws each border once", () => {
    const lines = read(name).layers.filter((layer) => "source-layer" in layer && layer["source-layer"] === "borders");
    const filters = lines.map((layer) => ("filter" in layer ? JSON.stringify(layer.filter) : ""));
    expect(new Set(filters).size).toBe(lines.length);
    for (const filter of filters) expect(filter).toMatch(/^\["==",\["get","level"\],"\w+"\]$/);
  });
});

it("the style has the layers the viewer asks for", () => {
  const ids = style("dark").layers.map(({ id }) => id);
  for (const suffix of ["fill", "border", "label", "dot"])
    expect(ids).toEqual(expect.arrayContaining(levels.map(({ id }) => `${id}-${suffix}`)));
});

describe("layers switched off", () => {
  it("leave their lines to the next finer level", () => {
    expect(bordersOf("community", levels, [])).toEqual(["community"]);
    expect(bordersOf("community", levels, ["street"])).toEqual(["street", "community"]);
    expect(bordersOf("unit", levels, ["district", "community", "grid"])).toEqual(["community", "grid", "unit"]);
    expect(bordersOf("street", levels, ["district", "unit"])).toEqual(["district", "street"]);
  });

  it("are all that belongs to a level, the places, the names or the base map", () => {
    const shown = (id: string, type: string, source: string, hidden: string[]) =>
      isShown({ id, type, source }, levels, hidden);
    expect(shown("grid-dot", "circle", "areas", ["grid"])).toBe(false);
    expect(shown("unit-body", "symbol", "areas", ["labels"])).toBe(false);
    expect(shown("unit-body", "symbol", "areas", ["grid", "places", "basemap"])).toBe(true);
    expect(shown("basemap", "raster", "basemap", ["basemap"])).toBe(false);
    expect(shown("road", "line", "places", ["places"])).toBe(false);
  });
});

describe("overlay", () => {
  it("lies under the names and over the areas", () => {
    const ids = withOverlay(style("dark"), levels, colours, 1).layers.map(({ id }) => id);
    expect(ids.indexOf("mask")).toBeGreaterThan(ids.indexOf("district-border"));
    expect(ids.indexOf("selection")).toBeLessThan(ids.indexOf("unit-label"));
    expect(ids.at(-1)).toBe("pin");
  });
});

describe("scale", () => {
  it("multiplies outputs and leaves stops and labels", () => {
    const width = ["interpolate", ["linear"], ["zoom"], 10, ["match", ["get", "rank"], 0, 4, 2], 18, 6];
    expect(scaled(width, 2)).toEqual([
      "interpolate",
      ["linear"],
      ["zoom"],
      10,
      ["match", ["get", "rank"], 0, 8, 4],
      18,
      12,
    ]);
    expect(scaled(["get", "size"], 2)).toEqual(["get", "size"]);
  });

  it("leaves the style it was given alone", () => {
    const before = style("dark");
    scaleStyle(before, 2);
    expect(before).toEqual(style("dark"));
  });
});

describe("pick", () => {
  const feature = (sourceLayer: string, code: unknown) => ({
    sourceLayer,
    properties: { code, name: `name of ${code}` },
  });

  it("takes the finest level, whatever the order", () => {
    const found = pick([feature("street", "2"), feature("grid", "4"), feature("district", "1")], levels);
    expect(found).toEqual({ level: "grid", code: "4", name: "name of 4" });
  });

  it("knows nothing where only other things are drawn", () => {
    expect(pick([feature("road", "2"), feature("grid", 7), feature("grid", "")], levels)).toBeNull();
  });
});

import { readFileSync } from "node:fs";
import { type StyleSpecification, validateStyleMin } from "@maplibre/maplibre-gl-style-spec";
import { describe, expect, it } from "vitest";
import { withOverlay } from "../src/map/overlay";
import { pick } from "../src/map/pick";
import { scaled, scaleStyle } from "../src/map/scale-style";

const style = (theme: string): StyleSpecification =>
  // The boundary: written and checked by the server's own tests, validated below.
  JSON.parse(readFileSync(new URL(`./fixtures/style-${theme}.json`, import.meta.url), "utf8")) as StyleSpecification;

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

describe.each(["dark", "light"])("the %s style", (theme) => {
  it("is valid by the specification", () => {
    expect(validateStyleMin(style(theme))).toEqual([]);
  });

  it("stays valid with the overlay, at the size of a wall", () => {
    const whole = withOverlay(scaleStyle(style(theme), 1.75), levels, colours, 1.75);
    expect(validateStyleMin(whole)).toEqual([]);
  });

  it("asks for nothing but the server's own tiles", () => {
    const { sources, glyphs, sprite } = style(theme);
    expect([glyphs, sprite]).toEqual([undefined, undefined]);
    expect(Object.values(sources).map((source) => "url" in source && source.url)).toEqual([
      "/tiles/areas.json",
      "/tiles/places.json",
    ]);
  });

  it("has the layers the viewer asks for", () => {
    const ids = style(theme).layers.map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining(levels.map(({ id }) => `${id}-fill`)));
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

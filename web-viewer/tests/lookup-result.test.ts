import { describe, expect, it } from "vitest";
import type { Answer } from "../src/api/types";
import { around, boxAround, circle } from "../src/geo/circle";
import { progress } from "../src/lookup/progress";
import { type Row, rowOf } from "../src/lookup/row";
import { add, emptyTally, FILTERS, passes, passing, standing } from "../src/lookup/tally";
import { scrollTo, visible } from "../src/lookup/window";
import { isShown } from "../src/map/layers";
import { percent } from "../src/ui/answer-trust";
import { duration } from "../src/ui/answer-words";

const step = (level: string, code: string, name: string) => ({ level, code, name, kind: null });
const post = (area: string, name: string) => ({
  area,
  name,
  order: "A",
  organisation: null,
  phone: "000********01",
  role: "leader",
  role_name: { zh: "长", en: "leader" },
});
const answer: Answer = {
  edition: 3,
  match: "inside",
  position: { lon: 119.01, lat: 25.44 },
  chain: [step("district", "1", "区"), step("grid", "12", "第001网格"), step("unit", "123", "第01单元")],
  missing: [],
  stacked: [],
  answer_level: "unit",
  margin_m: 4.2,
  on_border: false,
  co_owners: [],
  runner_up: null,
  nearest: null,
  certainty: "doubtful",
  candidates: [],
  responsible: [post("123", "甲"), post("12", "乙"), post("1", "丙")],
};
const item = (value: unknown) => ({ text: JSON.stringify(value), start: 10, end: 90 });

describe("a row", () => {
  it("names the grid, the unit inside it, and the person of the grid", () => {
    expect(rowOf(item({ record: 7, ...answer }), 7, "grid")).toEqual({
      number: 7,
      position: [119.01, 25.44],
      outcome: "inside",
      certainty: "doubtful",
      area: { code: "12", name: "第001网格" },
      unit: "第01单元",
      stacked: 0,
      person: { name: "乙", phone: "000********01" },
      metres: 4.2,
      error: null,
      edition: 3,
      bytes: [10, 90],
    });
  });

  it("shows the finest there is where grids end, and whoever answers for it", () => {
    const short = { ...answer, chain: answer.chain.slice(0, 1), responsible: [post("1", "丙")] };
    expect(rowOf(item(short), 1, "grid")).toMatchObject({ area: { code: "1" }, unit: null, person: { name: "丙" } });
  });

  it("shows the nearest area outside all of them, and how far it is", () => {
    const nearest = { level: "unit", code: "9", name: "近", kind: null, distance_m: 12.5, bearing_deg: 90 };
    const outside = { ...answer, match: "nearest", chain: [], margin_m: null, nearest, responsible: [] };
    expect(rowOf(item(outside), 1, "grid")).toMatchObject({
      outcome: "nearest",
      area: { code: "9", name: "近" },
      metres: 12.5,
      person: null,
    });
  });

  it("keeps the reason of an error", () => {
    const error = { type: "x", title: "坐标有误 / Bad position", detail: "lat", detail_zh: "纬度" };
    expect(rowOf(item({ record: 2, error }), 2, "grid")).toMatchObject({
      outcome: "error",
      position: null,
      error: { title: "坐标有误 / Bad position", detail: { zh: "纬度", en: "lat" } },
    });
  });
});

describe("counts", () => {
  const row = (outcome: Row["outcome"], certainty: Row["certainty"]): Row => ({
    ...rowOf(item(answer), 1, "grid"),
    outcome,
    certainty,
  });
  const rows = [
    row("inside", "sure"),
    row("inside", "doubtful"),
    row("border", "doubtful"),
    row("nearest", "to_check"),
    row("none", null),
    row("error", null),
  ];

  it("agree with the filters", () => {
    const tally = emptyTally();
    for (const each of rows) add(tally, each);
    for (const name of FILTERS) expect(rows.filter((each) => passes(each, name))).toHaveLength(passing(tally, name));
    expect(passing(tally, "all")).toBe(rows.length);
    expect(passing(tally, "outside")).toBe(2);
    expect(tally).toMatchObject({ inside: 2, error: 1, sure: 1, doubtful: 2, to_check: 1 });
  });

  it("give every row one of three states", () => {
    expect(rows.map(standing)).toEqual(["ok", "due", "due", "late", "late", "late"]);
    expect(standing({ outcome: "border", certainty: null })).toBe("due");
  });
});

describe("the rows in sight", () => {
  it.each([
    [0, 600, 48, 0],
    [0, 600, 48, 5],
    [0, 600, 48, 10_000],
    [123_456, 600, 48, 10_000],
    [479_400, 600, 48, 10_000],
    [999_999, 600, 48, 10_000],
    [999_999, 600, 48, 3],
    [-20, 600, 48, 100],
  ])("at %i of %i px are few, and fill the height", (top, viewport, height, rows) => {
    const { first, end, above, below } = visible(top, viewport, height, rows);
    expect(above + (end - first) * height + below).toBe(rows * height);
    expect(end - first).toBeLessThanOrEqual(32);
    const last = Math.max(0, Math.min(top, rows * height - viewport));
    expect(first * height).toBeLessThanOrEqual(last);
    expect(end * height).toBeGreaterThanOrEqual(Math.min(rows * height, last + viewport));
  });

  it("come into sight with the least scrolling", () => {
    expect(scrollTo(3, 0, 600, 48, 32)).toBeNull();
    expect(scrollTo(0, 100, 600, 48, 32)).toBe(0);
    expect(scrollTo(50, 0, 600, 48, 32)).toBe(51 * 48 - 568);
  });
});

describe("progress", () => {
  it("knows share, rate and rest", () => {
    expect(progress(2500, 10_000, 1000)).toEqual({ share: 0.25, perSecond: 2500, remainingS: 3 });
  });

  it("does not guess", () => {
    expect(progress(0, 10, 5000)).toEqual({ share: 0, perSecond: null, remainingS: null });
    expect(progress(5, null, 1000)).toEqual({ share: null, perSecond: 5, remainingS: null });
    expect(progress(11, 10, 1000)).toEqual({ share: 1, perSecond: 11, remainingS: 0 });
    expect(progress(5, 10, 3)).toEqual({ share: 0.5, perSecond: null, remainingS: null });
  });
});

describe("circles", () => {
  it("are closed and as wide as they say", () => {
    const ring = circle([119, 25.44], 100);
    expect(ring[0]).toEqual(ring.at(-1));
    for (const [lon, lat] of ring) {
      const [x, y] = [(lon - 119) * 111_320 * Math.cos((25.44 * Math.PI) / 180), (lat - 25.44) * 111_320];
      expect(Math.hypot(x, y)).toBeCloseTo(100, 5);
    }
  });

  it("have room around them, also around several", () => {
    const [west, south, east, north] = around([119, 25], 111.32);
    expect([north - 25, 25 - south]).toEqual([expect.closeTo(0.001), expect.closeTo(0.001)]);
    expect(east - 119).toBeCloseTo(119 - west);
    const both = boxAround([[119, 25] as const, [119.2, 25.1] as const], 0);
    expect(both?.map((value) => Number(value.toFixed(9)))).toEqual([119, 25, 119.2, 25.1]);
    expect(boxAround([], 10)).toBeNull();
  });
});

describe("layers that are switched off", () => {
  const levels = [{ id: "grid" }, { id: "unit" }];
  const layer = (id: string, type: string, source?: string) => ({ id, type, source });

  it("are those of the level and no other", () => {
    expect(isShown(layer("grid-fill", "fill", "areas"), levels, ["grid"])).toBe(false);
    expect(isShown(layer("grid-label", "symbol", "areas"), levels, ["grid"])).toBe(false);
    expect(isShown(layer("unit-fill", "fill", "areas"), levels, ["grid"])).toBe(true);
    expect(isShown(layer("ground", "background"), levels, ["grid", "unit", "places", "labels"])).toBe(true);
  });

  it("may be all names, or all places; looked-up points stay", () => {
    expect(isShown(layer("road", "line", "places"), levels, ["places"])).toBe(false);
    expect(isShown(layer("road", "line", "places"), levels, ["labels"])).toBe(true);
    expect(isShown(layer("road-label", "symbol", "places"), levels, ["labels"])).toBe(false);
    expect(isShown(layer("unit-label", "symbol", "areas"), levels, ["labels"])).toBe(false);
    expect(isShown(layer("point-counts", "symbol", "points"), levels, ["labels", "places"])).toBe(true);
  });
});

describe("in words", () => {
  it.each([
    [0.8731, "87.3 %"],
    [1, "100 %"],
    [0, "0 %"],
    [0.99995, ">99.9 %"],
    [0.00001, "<0.1 %"],
  ])("a share of %d is %s", (share, text) => {
    expect(percent(share)).toBe(text);
  });

  it.each([
    [0.42, "0.4 秒"],
    [42.4, "42 秒"],
    [150, "3 分钟"],
  ])("%d seconds are %s", (seconds, text) => {
    expect(duration(seconds)).toBe(text);
  });
});

import { describe, expect, it } from "vitest";
import type { Change, ChangeCounts, Kin } from "../src/api/types";
import {
  counterparts,
  countOf,
  offsetOf,
  rowOf,
  SORTS,
  type Span,
  seenOn,
  sideOf,
  sizeOf,
  spans,
} from "../src/compare/changes";
import { defaultPair, formatPair, parsePair } from "../src/compare/pair";

describe("a pair in the address", () => {
  it("goes there and back, in either direction", () => {
    for (const pair of [
      { before: 1, after: 2 },
      { before: 12, after: 3 },
      { before: 5, after: 5 },
      { before: 1, after: 4_294_967_295 },
    ])
      expect(parsePair(formatPair(pair))).toEqual(pair);
  });

  it.each([
    "",
    "1",
    "1..",
    "..2",
    "1.2",
    "1...2",
    "1..2..3",
    "0..1",
    "1..0",
    "-1..2",
    "1..x",
    "1.5..2",
    "1..4294967296",
    "1..99999999999",
    " 1..2",
    "１..２",
  ])("is none in %j", (text) => {
    expect(parsePair(text)).toBeNull();
  });

  it("is offered as the edition that is shown against the one before", () => {
    expect(defaultPair([1, 2, 3], 3)).toEqual({ before: 2, after: 3 });
    expect(defaultPair([3, 1, 2], 2)).toEqual({ before: 1, after: 2 });
    // Nothing is before the first, so it is the older one.
    expect(defaultPair([1, 2, 3], 1)).toEqual({ before: 1, after: 2 });
    // Numbers need not be without holes, and the shown one may not be listed yet.
    expect(defaultPair([4, 9], 9)).toEqual({ before: 4, after: 9 });
    expect(defaultPair([4, 9], 12)).toEqual({ before: 4, after: 9 });
    expect(defaultPair([1], 1)).toBeNull();
    expect(defaultPair([], 0)).toBeNull();
  });
});

const none = Object.fromEntries(SORTS.map((sort) => [sort, 0])) as Omit<ChangeCounts, "level">;
/** In the whole list: 0-2 grids created, 3 retired, 4-5 split; 6-9 units created, 10 renamed. */
const counts: ChangeCounts[] = [
  { ...none, level: "district" },
  { ...none, level: "grid", created: 3, retired: 1, split: 2 },
  { ...none, level: "unit", created: 4, renamed: 1 },
];

describe("what a filter leaves of the list", () => {
  const check = (change: string | null, level: string | null, expected: Span[]) =>
    expect(spans(counts, { change, level })).toEqual(expected);

  it("is found by the counts alone", () => {
    check(null, null, [{ start: 0, length: 11 }]);
    check(null, "grid", [{ start: 0, length: 6 }]);
    check(null, "unit", [{ start: 6, length: 5 }]);
    check("created", null, [
      { start: 0, length: 3 },
      { start: 6, length: 4 },
    ]);
    check("split", "grid", [{ start: 4, length: 2 }]);
    check("renamed", null, [{ start: 10, length: 1 }]);
  });

  it("is nothing where there is none, and for words that nobody knows", () => {
    check("merged", null, []);
    check("split", "unit", []);
    check(null, "district", []);
    check("constructor", null, []);
    check(null, "galaxy", []);
    expect(spans([], { change: null, level: null })).toEqual([]);
  });

  it("is counted", () => {
    expect(countOf(counts, { change: "created", level: null })).toBe(7);
    expect(countOf(counts, { change: null, level: null })).toBe(11);
    expect(sizeOf([])).toBe(0);
  });

  it("has a place in the whole list for each of its rows, and back", () => {
    const created = spans(counts, { change: "created", level: null });
    expect([0, 1, 2, 3, 4, 5, 6, 7].map((row) => offsetOf(created, row))).toEqual([0, 1, 2, 6, 7, 8, 9, null]);
    expect([0, 2, 3, 5, 6, 9, 10].map((offset) => rowOf(created, offset))).toEqual([0, 2, -1, -1, 3, 6, -1]);
  });
});

const party = (code: string) => ({ id: Number(code), code, name: `第${code}`, households: 10, area_m2: 100 });
const kin = (before: string | null, after: string | null, share: number): Kin => ({
  before,
  after,
  relation: "split",
  area_m2: 100 * share,
  share_before: before === null ? 0 : share,
  share_after: 1,
  households: 3,
  weighting: "buildings",
});
const split: Change = {
  change: "split",
  level: "grid",
  before: party("7"),
  after: null,
  lineage: [kin("7", "12", 0.6), kin("7", "11", 0.3), kin("7", null, 0.1)],
};
const created: Change = {
  change: "created",
  level: "grid",
  before: null,
  after: party("12"),
  lineage: [kin("7", "12", 0.6)],
};
const fresh: Change = {
  change: "created",
  level: "unit",
  before: null,
  after: party("9"),
  lineage: [kin(null, "9", 1)],
};
const both = (change: string): Change => ({
  change,
  level: "grid",
  before: party("1"),
  after: party("2"),
  lineage: [],
});

describe("a row", () => {
  it("names the area itself on its own side, and who shares most ground with it on the other", () => {
    expect(sideOf(split, "before")).toEqual({ code: "7", name: "第7", more: 0 });
    expect(sideOf(split, "after")).toEqual({ code: "12", name: null, more: 1 });
    expect(sideOf(created, "before")).toEqual({ code: "7", name: null, more: 0 });
    expect(sideOf(fresh, "before")).toBeNull();
    expect(sideOf(both("renamed"), "before")).toEqual({ code: "1", name: "第1", more: 0 });
  });

  it("leads to the area as it is now, and as it was when it is no more", () => {
    expect(seenOn(created)).toEqual({ side: "after", area: party("12") });
    expect(seenOn(both("recoded"))).toEqual({ side: "after", area: party("2") });
    expect(seenOn(split)).toEqual({ side: "before", area: party("7") });
    expect(seenOn({ ...split, before: null })).toBeNull();
  });

  it("is drawn with the outlines of the other edition", () => {
    expect(counterparts(split)).toEqual({ side: "after", codes: ["12", "11"] });
    expect(counterparts(created)).toEqual({ side: "before", codes: ["7"] });
    expect(counterparts(fresh).codes).toEqual([]);
    expect(counterparts(both("reshaped"))).toEqual({ side: "before", codes: ["1"] });
    expect(counterparts(both("renamed")).codes).toEqual([]);
  });
});

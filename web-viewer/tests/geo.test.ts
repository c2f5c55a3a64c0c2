import { describe, expect, it } from "vitest";
import { bordersOf } from "../src/geo/borders";
import { boxFrom } from "../src/geo/lon-lat";
import { maskOf } from "../src/geo/mask";
import { MAX_LINES, parsePositions } from "../src/geo/parse-positions";

const square = (from: number, to: number) => [
  [from, from],
  [to, from],
  [to, to],
  [from, to],
  [from, from],
];

describe("borders", () => {
  // 0,1 +---+---+ 2,1
  //     |   |   |      two areas with one common border
  // 0,0 +---+---+ 2,0
  const box = (west: number) => [
    [west, 0],
    [west + 1, 0],
    [west + 1, 1],
    [west, 1],
    [west, 0],
  ];

  it("has a common stretch once, whichever way it is walked", () => {
    const lines = bordersOf([[[box(0)]], [[box(1)]]]);
    expect(lines).toEqual([box(0), box(1).slice(0, 4)]);
    expect(bordersOf([[[box(0)]], [[[...box(1)].reverse()]]]).map((line) => line.length)).toEqual([5, 4]);
  });

  it("goes on behind a stretch that is drawn already, and has holes too", () => {
    // The second area's walk begins on the common border and comes back to nothing of it.
    const [west, east] = [box(0), [...box(1).slice(2, 4), ...box(1).slice(0, 3)]];
    expect(bordersOf([[[west]], [[east]]])).toEqual([
      west,
      [
        [2, 1],
        [1, 1],
      ],
      [
        [1, 0],
        [2, 0],
        [2, 1],
      ],
    ]);
    expect(bordersOf([[[square(0, 9), square(3, 4)]]])).toEqual([square(0, 9), square(3, 4)]);
    expect(bordersOf([])).toEqual([]);
  });
});

describe("mask", () => {
  it("cuts every part out of the world and covers the enclaves again", () => {
    const area = [[square(0, 9), square(3, 4)], [square(20, 21)]];
    const [world, enclave, ...rest] = maskOf(area);
    expect(world?.slice(1)).toEqual([square(0, 9), square(20, 21)]);
    expect(enclave).toEqual([square(3, 4)]);
    expect(rest).toEqual([]);
  });

  it("covers everything when there is no area", () => {
    expect(maskOf([])).toHaveLength(1);
    expect(maskOf([])[0]).toHaveLength(1);
  });
});

describe("pasted positions", () => {
  const values = (text: string) =>
    parsePositions(text).lines.map((line) => (line.kind === "position" ? [line.x, line.y] : line.text));

  it.each([
    ["119.01,25.44", [119.01, 25.44]],
    ["119.01 25.44", [119.01, 25.44]],
    ["119.01\t25.44", [119.01, 25.44]],
    ["119.01， 25.44", [119.01, 25.44]],
    ["１１９．０１，２５．４４", [119.01, 25.44]],
    ["[119.01, 25.44],", [119.01, 25.44]],
    ["-0.5,+.25", [-0.5, 0.25]],
    ["39480123.4,2813456.7", [39480123.4, 2813456.7]],
  ])("reads %j", (text, expected) => {
    expect(values(text)).toEqual([expected]);
  });

  it.each(["hello", "119.01", "119.01,25.44,3", "1e999,2", "119,01 25,44", "NaN,1"])("refuses %j", (text) => {
    expect(values(text)).toEqual([text]);
  });

  it("keeps line numbers over empty lines and does not swap", () => {
    const { lines } = parsePositions("\r\n25.44,119.01\r\n\r\nx");
    expect(lines).toEqual([
      { kind: "position", line: 2, x: 25.44, y: 119.01 },
      { kind: "unreadable", line: 4, text: "x" },
    ]);
  });

  it("stops at its limit and says how many lines are left", () => {
    const { lines, left } = parsePositions("1,2\n".repeat(MAX_LINES + 3));
    expect([lines.length, left]).toEqual([MAX_LINES, 3]);
  });
});

describe("box", () => {
  it("takes four ordered numbers and nothing else", () => {
    expect(boxFrom([1, 2, 3, 4])).toEqual([1, 2, 3, 4]);
    for (const wrong of [null, undefined, [], [1, 2, 3], [3, 2, 1, 4], [1, 4, 3, 2], [1, 2, Number.NaN, 4]]) {
      expect(boxFrom(wrong)).toBeNull();
    }
  });
});

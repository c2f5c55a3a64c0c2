import { describe, expect, it } from "vitest";
import { Failure, failureFrom, query } from "../src/api/client";
import { loader } from "../src/api/remote";
import { area, count, date, distance, time } from "../src/format";
import { en } from "../src/i18n/en";
import { fill } from "../src/i18n/translate";
import { zh } from "../src/i18n/zh";
import { moved } from "../src/ui/list-keys";

describe("numbers", () => {
  it("writes counts, areas and distances with their units joined", () => {
    expect(count(12345)).toBe("12,345");
    expect([area(1640), area(99_999), area(7_520_000)]).toEqual(["1,640\u00a0m²", "99,999\u00a0m²", "7.52\u00a0km²"]);
    expect([distance(12.34), distance(1234.5), distance(12_345)]).toEqual([
      "12.3\u00a0m",
      "1,235\u00a0m",
      "12.3\u00a0km",
    ]);
  });

  it("writes times in the district's zone, whatever the machine's", () => {
    const instant = new Date("2026-11-20T16:05:00Z");
    expect([date(instant, "Asia/Shanghai"), time(instant, "Asia/Shanghai")]).toEqual(["2026-11-21", "00:05"]);
  });
});

describe("languages", () => {
  const names = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

  it("have the same keys, no empty text and the same places to fill", () => {
    expect(Object.keys(en)).toEqual(Object.keys(zh));
    for (const [key, text] of Object.entries(zh)) {
      const other = Object.entries(en).find(([name]) => name === key)?.[1] ?? "";
      expect(Math.min(text.length, other.length), key).toBeGreaterThan(0);
      expect(names(other), key).toEqual(names(text));
    }
  });

  it("fill places once and leave unknown ones to be seen", () => {
    expect(fill("{a} of {b}, {c}", { a: 1, b: "{a}" })).toBe("1 of {a}, {c}");
  });
});

describe("problems", () => {
  it("are read without trust in their shape", () => {
    const failure = failureFrom(404, { title: "没有", detail: "no area 1", detail_zh: "没有区域 1", request_id: "r1" });
    expect(failure).toMatchObject({ status: 404, detail: { zh: "没有区域 1", en: "no area 1" }, requestId: "r1" });
    for (const body of [null, "x", 7, [], { title: 1, detail: {} }]) {
      expect(failureFrom(500, body)).toMatchObject({ status: 500, title: null, detail: null });
    }
  });

  it("leave absent members out of the query", () => {
    expect(query({ q: "镇 海", level: null, limit: 5, parent: "" })).toBe("?q=%E9%95%87+%E6%B5%B7&limit=5");
    expect(query({ q: null })).toBe("");
  });
});

describe("loader", () => {
  it("gives the newest load, though an older one answers later", async () => {
    const remote = loader<string>();
    let finishOld = (_: string) => {};
    const old = remote.load(() => new Promise((resolve) => (finishOld = resolve)));
    await remote.load(async () => "new");
    finishOld("old");
    await old;
    expect(remote.state.value).toEqual({ kind: "ready", value: "new" });
  });

  it("keeps the failure and can be tried again", async () => {
    const remote = loader<string>();
    let calls = 0;
    await remote.load(async () => {
      calls += 1;
      if (calls === 1) throw new Failure(503, "busy", null, null);
      return "there";
    });
    expect(remote.state.value).toMatchObject({ kind: "failed", failure: { status: 503 } });
    await remote.retry();
    expect(remote.state.value).toEqual({ kind: "ready", value: "there" });
  });
});

describe("arrow keys", () => {
  it("stay inside the list", () => {
    expect([moved("ArrowDown", 2, 3), moved("ArrowUp", 0, 3), moved("End", 0, 3), moved("Home", 2, 3)]).toEqual([
      2, 0, 2, 0,
    ]);
    expect(moved("ArrowDown", -1, 3)).toBe(0);
    expect([moved("x", 0, 3), moved("ArrowDown", 0, 0)]).toEqual([null, null]);
  });
});

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { AddressCandidate, Answer } from "../src/api/types";
import { answerTo, askHere, choose } from "../src/lookup/asked";
import { candidateAt, candidates, type Found, listAfter, narrowed, questionOf } from "../src/lookup/candidates";
import { addressQuestion } from "../src/lookup/question";
import { state } from "../src/state";

const candidate = (text: string, lon: number, more: Partial<AddressCandidate> = {}): AddressCandidate => ({
  text,
  score: 1,
  kind: "building",
  position: { lon, lat: 25 },
  code: null,
  stacked: [],
  matched: [],
  missing: [],
  ...more,
});
const step = (level: string, code: string) => ({ level, code, name: code, kind: null });
const post = (area: string) => ({
  area,
  name: "甲",
  order: "A",
  organisation: null,
  phone: null,
  role: "leader",
  role_name: { zh: "长", en: "leader" },
});
const answer: Answer = {
  edition: 3,
  match: "inside",
  position: { lon: 119, lat: 25 },
  chain: [step("district", "1"), step("grid", "12"), step("building", "123")],
  missing: [],
  stacked: [step("unit", "1234"), step("unit", "1235")],
  answer_level: "building",
  margin_m: 4.2,
  on_border: false,
  co_owners: ["13"],
  runner_up: { code: "13", name: "13", level: "grid", distance_m: 4.2 },
  nearest: null,
  certainty: null,
  candidates: [],
  channels: ["1234", "12"].map((area) => ({ area, kind: "wechat", group: `g-${area}`, link: null })),
  responsible: [
    { ...post("123"), place: { id: 17, class: "building", name: "1号楼" } },
    post("1234"),
    post("123"),
    post("12"),
    post("1"),
  ],
};
const found: Found = {
  asked: "竹华花园107室",
  ambiguous: true,
  chosen: 0,
  candidates: [
    candidate("竹华花园1号楼", 119),
    candidate("竹华花园2号楼", 119.1),
    candidate("第002网格", 119.2, { kind: "area", code: "12" }),
    candidate("第002网格", 119.3, { kind: "area", code: "12" }),
    // At the very position of another one.
    candidate("竹华花园", 119, { kind: "estate" }),
  ],
};

afterEach(() => {
  candidates.value = null;
  vi.unstubAllGlobals();
});

describe("candidates of an address", () => {
  it("are asked by their address, the first by what was said, and each is known again when it was chosen", () => {
    expect(found.candidates.map((one, index) => questionOf(found, one, index).address)).toEqual([
      found.asked,
      "竹华花园2号楼",
      "第002网格",
      "第002网格",
      "竹华花园",
    ]);
    found.candidates.forEach((one, index) => {
      expect(candidateAt({ ...found, chosen: index }, questionOf(found, one, index))).toBe(index);
    });
    expect(candidateAt({ ...found, chosen: 4 }, addressQuestion(found.asked))).toBe(0);
    expect(candidateAt(found, addressQuestion("别处"))).toBe(-1);
    expect(candidateAt(found, { ...addressQuestion(""), address: undefined, at: [119, 25] })).toBe(-1);
    expect(candidateAt(found, null)).toBe(-1);
  });

  it("stay while one goes through them, and make room for those of another address", () => {
    const chosen = { ...found, chosen: 1 };
    const others = { ambiguous: false, candidates: [candidate("别处", 120)] };
    expect(listAfter(chosen, "竹华花园2号楼", others)).toBe(chosen);
    expect(listAfter(chosen, "别处", others)).toEqual({ ...others, asked: "别处", chosen: 0 });
    expect(listAfter(chosen, found.asked, others)).toMatchObject({ candidates: others.candidates, chosen: 0 });
    expect(listAfter(chosen, found.asked, { ...found })).toMatchObject({ chosen: 1 });
  });

  it("leave when something else is asked", () => {
    candidates.value = found;
    askHere([119, 25]);
    expect(candidates.value).toBeNull();
  });
});

describe("a chosen candidate", () => {
  let asked: string[];
  /** What the server takes each address for. */
  let first: AddressCandidate;
  beforeEach(() => {
    asked = [];
    vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
      const body = typeof init.body === "string" ? JSON.parse(init.body)[0] : "";
      asked.push(`${path} ${body}`.trim());
      const address = { ambiguous: true, candidates: [first] };
      return Response.json(path.startsWith("/lookup/addresses") ? { results: [{ ...answer, address }] } : answer);
    });
    candidates.value = found;
  });
  const ask = (index: number) => {
    choose(index);
    return answerTo(state.value.ask ?? expect.fail("nothing is asked"), new AbortController().signal);
  };

  it("is answered by its address, so that what it means is kept", async () => {
    first = candidate("竹华花园2号楼", 119.1);
    const { chain, stacked } = await ask(1);
    expect([chain.length, stacked.length, asked]).toEqual([3, 2, ["/lookup/addresses 竹华花园2号楼"]]);
    expect(candidates.value?.chosen).toBe(1);
  });

  it("is asked by where it is when its address is taken for another one, and is still what it is", async () => {
    first = candidate("第002网格", 119.2, { kind: "area", code: "12" });
    const { chain, responsible, channels, margin_m, address } = await ask(3);
    expect(asked[1]).toMatch(/^\/lookup\?lon=119.3&lat=25&/);
    expect(chain.map(({ code }) => code)).toEqual(["1", "12"]);
    expect([responsible.map(({ area }) => area), margin_m]).toEqual([["12", "1"], null]);
    expect(channels?.map(({ group }) => group)).toEqual(["g-12"]);
    expect(address?.candidates[0]).toEqual(first);
    asked.length = 0;
    await ask(2);
    expect(asked).toEqual(["/lookup/addresses 第002网格"]);
  });

  it("that is one of several units keeps its unit", () => {
    const unit = narrowed(answer, candidate("竹华花园1号楼2梯", 119, { kind: "stacked", code: "1235" }));
    expect(unit.chain.map(({ code }) => code)).toEqual(["1", "12", "123", "1235"]);
    expect([unit.stacked, unit.margin_m]).toEqual([[], 4.2]);
    expect(unit.responsible.map(({ area }) => area)).toEqual(["123", "12", "1"]);
    expect(narrowed(answer, candidate("竹华花园1号楼", 119, { code: "12" }))).toBe(answer);
  });
});

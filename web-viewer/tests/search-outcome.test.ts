import { expect, it } from "vitest";
import { Failure } from "../src/api/client";
import type { Remote } from "../src/api/remote";
import type { AddressCandidate, FoundAreas } from "../src/api/types";
import { mayBeArea, outcomeOf } from "../src/search-outcome";

const ready = <Value>(value: Value): Remote<Value> => ({ kind: "ready", value });
const areas = (count: number) =>
  ready({ items: Array.from({ length: count }, (_, at) => ({ code: `${at}` })), numberMatched: count } as FoundAreas);
const addresses = (count: number) => ready(Array.from({ length: count }, () => ({ text: "楼" }) as AddressCandidate));
const failed = { kind: "failed", failure: new Failure(503, null, null, null) } as const;
const [idle, loading] = [{ kind: "idle" }, { kind: "loading" }] as const;

it("what one search finds is shown although the other failed, or was not asked", () => {
  expect(outcomeOf(failed, addresses(2))).toMatchObject({ areas: [], addresses: [{}, {}], failed: { of: "areas" } });
  expect(outcomeOf(areas(3), failed)).toMatchObject({ total: 3, addresses: [], failed: { of: "addresses" } });
  expect(outcomeOf(idle, addresses(1))).toMatchObject({ kind: "ready", addresses: [{}], failed: null });
  expect(outcomeOf(areas(1), loading)).toMatchObject({ kind: "ready", total: 1, failed: null });
});

it("nothing is said to be there only when all that was asked has answered", () => {
  expect(outcomeOf(areas(0), failed)).toMatchObject({ kind: "ready", areas: [], failed: { of: "addresses" } });
  expect(outcomeOf(areas(0), addresses(0))).toMatchObject({ kind: "ready", failed: null });
  expect([outcomeOf(areas(0), loading), outcomeOf(loading, addresses(1)), outcomeOf(failed, loading)]).toEqual([
    { kind: "loading" },
    { kind: "loading" },
    { kind: "loading" },
  ]);
  expect(outcomeOf(idle, idle)).toEqual({ kind: "idle" });
});

it("a long address is no name of an area", () => {
  expect([mayBeArea("楼".repeat(64)), mayBeArea("楼".repeat(65)), mayBeArea("𠮷".repeat(64))]).toEqual([
    true,
    false,
    true,
  ]);
});

import { expect, it, vi } from "vitest";
import { SORTS } from "../src/compare/changes";
import { diff, followCompare, opened } from "../src/compare/compared";
import { transact } from "../src/state";

/** Two and a half pages of new grids. */
const COUNT = 1250;
const none = Object.fromEntries(SORTS.map((sort) => [sort, 0]));
const items = Array.from({ length: COUNT }, (_, at) => ({
  change: "created",
  level: "grid",
  before: null,
  after: { id: at, code: `n${at}`, name: "", households: null, area_m2: 1 },
  lineage: [],
}));
const asked: string[] = [];

vi.stubGlobal("fetch", async (path: string) => {
  const { pathname, searchParams } = new URL(path, "http://127.0.0.1");
  if (!pathname.includes("/diff/")) return new Response(JSON.stringify({ items: [] }));
  asked.push(searchParams.get("after") ?? "0");
  const from = Number(searchParams.get("after") ?? 0);
  const counts = [{ ...none, level: "grid", created: COUNT }];
  return new Response(JSON.stringify({ counts, numberMatched: COUNT, items: items.slice(from, from + 500) }));
});

it("marks the row of the area that the link names, wherever in the list it is", async () => {
  const compare = { pair: "1..2", change: null, level: null };
  transact((before) => ({ ...before, screen: "command", compare, selected: "n1100" }));
  followCompare();
  await vi.waitFor(() => expect(opened.value).toBe(1100));
  expect(asked).toEqual(["0", "500", "1000"]);
  // Only the link does: later pairs begin with no row open.
  transact((before) => ({ ...before, compare: { ...compare, pair: "2..1" } }));
  await vi.waitFor(() => expect(asked).toEqual(["0", "500", "1000", "0"]));
  await vi.waitFor(() => expect(diff.state.value.kind).toBe("ready"));
  expect(opened.value).toBeNull();
  expect(asked.length).toBe(4);
});

import { beforeEach, expect, it, vi } from "vitest";
import { SORTS } from "../src/compare/changes";
import {
  changeAt,
  choose,
  closeCompare,
  diff,
  filterBy,
  followCompare,
  openChange,
  opened,
  openRow,
  outlines,
  pageFailure,
  want,
} from "../src/compare/compared";
import { followWhen, viewed } from "../src/editions";
import { profile, start } from "../src/resources";
import { state } from "../src/state";

/** More than two pages: 1200 grids created, then 30 retired. */
const [CREATED, RETIRED] = [1200, 30];
const none = Object.fromEntries(SORTS.map((sort) => [sort, 0]));
const party = (code: string) => ({ id: 1, code, name: code, households: null, area_m2: 1 });
const items = [
  ...Array.from({ length: CREATED }, (_, at) => ({ change: "created", before: null, after: party(`n${at}`) })),
  ...Array.from({ length: RETIRED }, (_, at) => ({ change: "retired", before: party(`o${at}`), after: null })),
].map((change) => ({ ...change, level: "grid", lineage: [] }));

let asked: string[];
let isAway = false;

function answer(path: string): unknown {
  const { pathname, searchParams } = new URL(path, "http://127.0.0.1");
  if (pathname === "/profile") return { edition: { number: 2 }, levels: [] };
  if (pathname === "/editions") return { items: [{ number: 1 }, { number: 2 }] };
  if (pathname === "/areas") return { edition: Number(searchParams.get("edition") ?? 2), items: [], numberMatched: 0 };
  if (pathname.startsWith("/areas/"))
    return { area: { code: pathname.slice("/areas/".length), bbox: [0, 0, 1, 1] }, children: { count: 1 } };
  const from = Number(searchParams.get("after") ?? 0);
  return {
    counts: [{ ...none, level: "grid", created: CREATED, retired: RETIRED }],
    numberMatched: items.length,
    items: items.slice(from, from + Number(searchParams.get("limit"))),
  };
}

vi.stubGlobal("fetch", async (path: string) => {
  asked.push(path);
  if (isAway) throw new TypeError("no network");
  return new Response(JSON.stringify(answer(path)));
});
asked = [];
followWhen();
start();
followCompare();

const settled = () => vi.waitFor(() => expect(diff.state.value.kind).toBe("ready"));
const pagesAsked = () => asked.filter((path) => path.includes("/diff/")).map((path) => path.split("?")[1]);

beforeEach(async () => {
  isAway = false;
  await vi.waitFor(() => expect(profile.state.value.kind).toBe("ready"));
  closeCompare();
  asked = [];
  choose({ before: 1, after: 2 });
  await settled();
});

it("fetches the pages that the rows in sight need, each once", async () => {
  want(0, 40);
  expect(pagesAsked()).toEqual(["limit=500"]);
  want(480, 520);
  want(490, 530);
  expect(changeAt(510)).toBeUndefined();
  await vi.waitFor(() => expect(changeAt(510)?.after?.code).toBe("n510"));
  want(480, 520);
  expect(pagesAsked()).toEqual(["limit=500", "limit=500&after=500"]);
});

it("goes straight to what a filter leaves", async () => {
  filterBy({ change: "retired", level: null });
  want(0, 30);
  await vi.waitFor(() => expect(changeAt(29)?.before?.code).toBe("o29"));
  expect(pagesAsked()).toEqual(["limit=500", "limit=500&after=1000"]);
  expect([changeAt(0)?.before?.code, changeAt(30)]).toEqual(["o0", undefined]);
});

it("tells when a page did not come, and asks no more until told to", async () => {
  isAway = true;
  want(600, 610);
  await vi.waitFor(() => expect(pageFailure.value).not.toBeNull());
  want(600, 610);
  expect(pagesAsked()).toHaveLength(2);
  isAway = false;
  pageFailure.value = null;
  want(600, 610);
  await vi.waitFor(() => expect(changeAt(600)?.after?.code).toBe("n600"));
});

it("shows an area in the edition that has it, and asks no other edition for it", async () => {
  openRow(3);
  expect([state.value.selected, viewed.value, state.value.when]).toEqual(["n3", null, null]);
  filterBy({ change: "retired", level: null });
  openRow(2);
  // Its page is not there yet.
  expect([state.value.selected, openChange.value]).toEqual(["n3", undefined]);
  want(0, 30);
  await vi.waitFor(() => expect(state.value.selected).toBe("o2"));
  expect([viewed.value, state.value.when]).toEqual([1, { kind: "edition", text: "1" }]);
  await vi.waitFor(() => expect(asked.filter((path) => path.startsWith("/areas/o2"))).toHaveLength(1));
  expect(asked.filter((path) => path.startsWith("/areas/o2"))).toEqual(["/areas/o2?edition=1"]);
  openRow(0);
  expect(state.value.selected).toBe("o0");
});

it("forgets everything with the pair", async () => {
  openRow(1);
  choose({ before: 2, after: 1 });
  expect([opened.value, changeAt(0), outlines.state.value.kind]).toEqual([null, undefined, "idle"]);
  await settled();
  expect(asked.some((path) => path.startsWith("/editions/2/diff/1?"))).toBe(true);
  closeCompare();
  expect([diff.state.value.kind, state.value.compare]).toEqual(["idle", null]);
});

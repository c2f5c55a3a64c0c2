import { beforeAll, beforeEach, expect, it, vi } from "vitest";
import { sheetPath } from "../src/api/client";
import { followWhen, look, seen, viewed } from "../src/editions";
import { answered, ask, followQuestion, open } from "../src/lookup/asked";
import { addressQuestion } from "../src/lookup/question";
import type { Row } from "../src/lookup/row";
import { results, start as startBatch } from "../src/lookup/run";
import { start } from "../src/resources";
import { followRoster, openRoster } from "../src/roster/list";
import { followVacancies } from "../src/roster/vacancies";
import { transact } from "../src/state";

const CURRENT = 4;
const THEN = "2026-03-03";
/** What the server was asked, by path. */
let asked: Map<string, URLSearchParams>;

const answer = (edition: number) => ({
  edition,
  match: "inside",
  position: { lon: 119, lat: 25 },
  chain: [{ level: "grid", code: `g${edition}`, name: "", kind: null }],
  stacked: [],
  responsible: [],
});

beforeAll(() => {
  vi.stubGlobal("fetch", async (path: string) => {
    const { pathname, searchParams } = new URL(path, "http://127.0.0.1");
    asked.set(pathname, searchParams);
    const edition = Number(searchParams.get("edition") ?? (searchParams.has("as_of") ? 2 : CURRENT));
    if (pathname === "/profile") return Response.json({ edition: { number: CURRENT }, levels: [] });
    if (pathname === "/areas/a")
      return Response.json({ area: { code: "a", bbox: null }, children: { count: 1 }, parent: null });
    if (pathname.startsWith("/lookup"))
      return Response.json(pathname === "/lookup" ? answer(edition) : { results: [answer(edition)] });
    return Response.json({ edition, items: [], numberMatched: 0 });
  });
  asked = new Map();
  followWhen();
  start();
  followQuestion();
  followRoster();
  followVacancies();
});

const whenOf = (path: string) => {
  const members = asked.get(path);
  return members === undefined ? null : [members.get("edition"), members.get("as_of")];
};
const until = (path: string, when: unknown) => vi.waitFor(() => expect(whenOf(path)).toEqual(when));

beforeEach(() => {
  asked = new Map();
});

it("a time in the address is what everybody is asked for who answered then", async () => {
  transact((before) => ({ ...before, screen: "command", selected: "a" }));
  openRoster();
  await until("/vacancies", [null, null]);
  expect([whenOf("/areas/a"), whenOf("/postings")]).toEqual([
    [null, null],
    [null, null],
  ]);
  asked.clear();
  look({ kind: "as_of", text: THEN });
  await until("/vacancies", [null, THEN]);
  expect(viewed.value).toBe(2);
  expect([whenOf("/areas/a"), whenOf("/postings")]).toEqual([
    [null, THEN],
    [null, THEN],
  ]);
  expect(sheetPath("a", seen.value ?? expect.fail("not known"))).toBe(`/areas/a/sheet.html?as_of=${THEN}`);
  asked.clear();
  openRoster({ tab: "vacant" });
  await until("/vacancies", [null, THEN]);
  asked.clear();
  look({ kind: "edition", text: "3" });
  await until("/vacancies", ["3", null]);
  expect(whenOf("/areas/a")).toEqual(["3", null]);
});

it("the card of an answer asks for what is of its own edition", async () => {
  look({ kind: "as_of", text: THEN });
  ask(addressQuestion("竹华花园"), false);
  await until("/lookup/addresses", [null, THEN]);
  await until("/vacancies", [null, THEN]);
  expect(answered.value).toEqual({ code: "g2", when: { edition: null, as_of: THEN } });
  ask({ ...addressQuestion("竹华花园"), edition: 3 }, false);
  await until("/vacancies", ["3", null]);
  expect(asked.get("/vacancies")?.get("area")).toBe("g3");
  look(null);
  await until("/vacancies", [String(CURRENT), null]);
});

it("a row of a batch has its vacancies too, of the edition that answered", async () => {
  const body = new Blob([]);
  const batch = { body, type: "text/csv", records: 1, lines: null, name: null } as const;
  vi.spyOn(Blob.prototype, "text").mockResolvedValue(JSON.stringify(answer(1)));
  await startBatch({ ...batch }, { crs: "EPSG:4490", accuracy: null, edition: null }, "grid");
  const row: Row = {
    ...{ number: 1, position: [119, 25], outcome: "inside", certainty: null, area: null, unit: null, stacked: 0 },
    ...{ person: null, metres: null, error: null, edition: 1, bytes: [0, 1] },
  };
  results.value = { ...results.peek(), rows: [row] };
  open(0, false);
  await until("/vacancies", ["1", null]);
  expect(asked.get("/vacancies")?.get("area")).toBe("g1");
});

import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { announced, feedLost, followServer, onTilesChanged, type TilesChanged } from "../src/live/live";
import { answer } from "../src/lookup/asked";
import { area, profile } from "../src/resources";
import { list } from "../src/roster/list";
import { vacancies } from "../src/roster/vacancies";

class Fake extends EventTarget {
  readyState = 1;
  close(): void {}
}

/** What the server would answer; an edition of 0 means that it cannot be reached. */
let edition: number;
let feed: Fake;
let stop: () => void;
let changes: TilesChanged[];
let asked: string[];

const says = (type: string, data: unknown): void => {
  feed.dispatchEvent(new MessageEvent(type, { data: JSON.stringify({ type, data }) }));
};
const settled = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);
const shown = () => (profile.state.value.kind === "ready" ? profile.state.value.value.edition?.number : null);

beforeEach(async () => {
  vi.useFakeTimers();
  edition = 1;
  vi.stubGlobal("fetch", async (path: string) => {
    asked.push(path);
    if (edition === 0) throw new TypeError("no network");
    const body = path === "/profile" ? { edition: { number: edition, title: `第${edition}` } } : { of: edition };
    return new Response(JSON.stringify(body));
  });
  asked = [];
  const from = (path: string) => async () => (await fetch(path)).json();
  await profile.load(from("/profile"));
  await area.load(from("/areas/1"));
  await vacancies.load(from("/vacancies"));
  await answer.load(from("/lookup"));
  list.open(from("/postings"));
  await settled();
  changes = [];
  feed = new Fake();
  const stops = [onTilesChanged((change) => changes.push(change)), followServer(() => feed)];
  stop = () => {
    for (const end of stops) end();
  };
});
afterEach(() => {
  stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
  announced.value = null;
  list.close();
  vacancies.clear();
  answer.clear();
});

it("an edition is announced for a while, and what is open is read anew without going away", async () => {
  const kinds: string[] = [];
  const end = area.state.subscribe(({ kind }) => kinds.push(kind));
  edition = 2;
  says("tiles.changed", { tileset: "areas", edition: 2, tiles: ["0/0/0"] });
  says("edition.in_force", { edition: 2, title: "第二" });
  await settled();
  end();
  expect(changes).toMatchObject([{ tileset: "areas", tiles: [{ z: 0, x: 0, y: 0 }] }]);
  expect([shown(), kinds, announced.value]).toEqual([2, ["ready", "ready"], { edition: 2, title: "第二" }]);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(announced.value).toBeNull();
});

it.each([
  ["duty.changed", { revision: 7, at: "2026-11-23T00:00:00Z" }, false],
  ["edition.in_force", { edition: 1, title: "同一版" }, true],
])("after %s whoever answers is asked for anew, wherever it is shown", async (type, data, isEdition) => {
  asked.length = 0;
  says(type, data);
  await settled();
  const people = asked.filter((path) => path !== "/profile");
  expect(people.sort()).toEqual(["/areas/1", "/lookup", "/postings", "/vacancies"]);
  expect([asked.includes("/profile"), changes]).toEqual([isEdition, []]);
  expect([area, answer, vacancies].map(({ state }) => state.value.kind)).toEqual(["ready", "ready", "ready"]);
});

it("an edition that came while the page was loading is noticed when the feed opens", async () => {
  feed.dispatchEvent(new Event("open"));
  await settled();
  expect([changes, announced.value]).toEqual([[], null]);
  edition = 5;
  feed.dispatchEvent(new Event("open"));
  await settled();
  expect([shown(), changes, announced.value?.edition]).toEqual([5, [{ tileset: null, tiles: null }], 5]);
});

it("after a reset everything is read anew, and nothing is lost while the server is away", async () => {
  feed.dispatchEvent(new Event("error"));
  await vi.advanceTimersByTimeAsync(6000);
  expect(feedLost.value).toBe(true);
  edition = 0;
  says("reset", {});
  await settled();
  expect([shown(), changes]).toEqual([1, [{ tileset: null, tiles: null }]]);
  edition = 3;
  feed.dispatchEvent(new Event("open"));
  await settled();
  expect([feedLost.value, shown()]).toEqual([false, 3]);
});

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type FeedListener, followFeed } from "../src/live/feed";
import { parseTile, readEvent } from "../src/live/feed-event";
import { type TileMap, tileRefresher } from "../src/map/refresh-tiles";

const cloud = (type: string, data: unknown): string =>
  JSON.stringify({ specversion: "1.0", id: "7", source: "/", type, data });

describe("events of the feed", () => {
  it("are read as they are written", () => {
    expect(readEvent(cloud("edition.in_force", { edition: 3, title: "改名" }))).toEqual({
      kind: "edition",
      edition: 3,
      title: "改名",
    });
    expect(readEvent(cloud("tiles.changed", { tileset: "areas", edition: 3, tiles: ["14/13615/6977"] }))).toEqual({
      kind: "tiles",
      tileset: "areas",
      edition: 3,
      tiles: [{ z: 14, x: 13615, y: 6977 }],
    });
    expect(readEvent(cloud("duty.changed", { revision: 9, at: "2026-11-23T00:00:00Z" }))).toEqual({ kind: "duty" });
    expect(readEvent(cloud("reset", {}))).toEqual({ kind: "reset" });
  });

  it("name all tiles where they name none that can be read", () => {
    const tiles = (data: object) => readEvent(cloud("tiles.changed", { tileset: "areas", edition: 3, ...data }));
    for (const data of [{ all: true }, {}, { tiles: ["1/0/0", "1/2/0"] }, { tiles: [7] }, { all: true, tiles: [] }])
      expect(tiles(data)).toMatchObject({ tiles: null });
    expect(tiles({ tiles: [] })).toMatchObject({ tiles: [] });
  });

  it("are left alone when they are none of ours", () => {
    for (const text of ["", "{", "null", "7", cloud("incident.opened", {}), cloud("tiles.changed", { edition: 3 })])
      expect(readEvent(text)).toBeNull();
  });

  it("name tiles that exist", () => {
    expect(parseTile("0/0/0")).toEqual({ z: 0, x: 0, y: 0 });
    for (const wrong of ["1/2/0", "-1/0/0", "31/0/0", "1/0", "1/0/0/0", "1/0/0 ", "a/0/0", null])
      expect(parseTile(wrong)).toBeNull();
  });
});

/** An `EventSource` that does what it is told. */
class Fake extends EventTarget {
  readyState = 0;
  closed = false;
  close(): void {
    this.closed = true;
    this.readyState = 2;
  }
  stands(): void {
    this.readyState = 1;
    this.dispatchEvent(new Event("open"));
  }
  breaks(gaveUp: boolean): void {
    this.readyState = gaveUp ? 2 : 0;
    this.dispatchEvent(new Event("error"));
  }
  says(type: string, data: string): void {
    this.dispatchEvent(new MessageEvent(type, { data }));
  }
}

describe("the feed", () => {
  let made: Fake[];
  let told: string[];
  let stop: () => void;
  const listener: FeedListener = {
    event: ({ kind }) => told.push(kind),
    lost: () => told.push("lost"),
    open: (whole) => told.push(whole ? "open whole" : "open"),
  };
  const last = (): Fake => made.at(-1) ?? expect.fail("nothing was connected");
  beforeEach(() => {
    vi.useFakeTimers();
    [made, told] = [[], []];
    const connect = (): Fake => {
      made.push(new Fake());
      return last();
    };
    stop = followFeed(connect, listener);
  });
  afterEach(() => {
    stop();
    vi.useRealTimers();
  });

  it("tells events, whether they come under their name or not", () => {
    last().stands();
    last().says("reset", cloud("reset", {}));
    last().says("message", cloud("edition.in_force", { edition: 2 }));
    last().says("message", "not json");
    expect(told).toEqual(["open", "reset", "edition"]);
  });

  it("says nothing of a short break, after which the browser has named the last event", () => {
    last().stands();
    last().breaks(false);
    vi.advanceTimersByTime(4500);
    last().stands();
    vi.advanceTimersByTime(60_000);
    expect([told, made.length]).toEqual([["open", "open whole"], 1]);
  });

  it("tells a long break once", () => {
    last().stands();
    for (let second = 0; second < 10; second++) {
      last().breaks(false);
      vi.advanceTimersByTime(1000);
    }
    expect([told, made.length]).toEqual([["open", "lost"], 1]);
  });

  it("connects anew when the browser gives up, more slowly each time, and then cannot know what was missed", () => {
    last().stands();
    const waits = [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000];
    for (const [index, wait] of waits.entries()) {
      last().breaks(true);
      vi.advanceTimersByTime(wait - 1);
      expect(made.length).toBe(index + 1);
      vi.advanceTimersByTime(1);
      expect(made.length).toBe(index + 2);
    }
    last().stands();
    expect(told).toEqual(["open", "lost", "open"]);
    last().breaks(true);
    vi.advanceTimersByTime(1000);
    expect(made.length, "the waits begin anew").toBe(waits.length + 2);
  });

  it("ends when told to", () => {
    last().breaks(true);
    stop();
    vi.advanceTimersByTime(60_000);
    expect([made.length, last().closed, told]).toEqual([1, true, []]);
  });
});

describe("tiles that changed", () => {
  const tile = { z: 3, x: 1, y: 2 };
  const other = { z: 3, x: 2, y: 2 };
  const setUp = () => {
    const asked: unknown[] = [];
    const listeners = new Map<string, (event: { sourceId: string; coord: { canonical: typeof tile } }) => void>();
    const map: TileMap = {
      getSource: (id) => (id === "incidents" ? undefined : {}),
      refreshTiles: (id, tiles) => asked.push([id, tiles ?? "all"]),
      on: (type, listener) => listeners.set(type, listener),
    };
    const happens = (type: string, canonical: typeof tile) =>
      listeners.get(type)?.({ sourceId: "areas", coord: { canonical } });
    return { asked, happens, refresh: tileRefresher(map) };
  };

  it("are asked for by their ids, of their source only", () => {
    const { asked, refresh } = setUp();
    refresh("areas", [tile]);
    refresh("places", null);
    refresh("incidents", null);
    expect(asked).toEqual([
      ["areas", [tile]],
      ["places", "all"],
    ]);
  });

  it("are all asked for after a reset", () => {
    const { asked, refresh } = setUp();
    refresh(null, null);
    expect(asked).toEqual([
      ["areas", "all"],
      ["places", "all"],
    ]);
  });

  it("are asked for once more when they were on their way", () => {
    const { asked, happens, refresh } = setUp();
    happens("sourcedataloading", tile);
    happens("sourcedataloading", other);
    happens("sourcedata", other);
    refresh("areas", [tile, other]);
    asked.length = 0;
    happens("sourcedata", tile);
    happens("sourcedata", tile);
    happens("sourcedata", other);
    expect(asked).toEqual([["areas", [tile]]]);
  });
});

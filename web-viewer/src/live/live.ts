/** Keeps the page at what the server serves now: tiles, the edition, and what is open beside the map. */
import { signal } from "@preact/signals";
import { editions } from "../editions";
import { answer } from "../lookup/asked";
import { area, profile, siblings, topList } from "../resources";
import { list } from "../roster/list";
import { vacancies } from "../roster/vacancies";
import { followFeed, type Source } from "./feed";
import type { FeedEvent, TileId } from "./feed-event";

/** How long a new edition is announced. */
const ANNOUNCED_MS = 8000;

/** Tiles that are others than before; `null` for any of a tileset, and of all tilesets. */
export type TilesChanged = { tileset: string | null; tiles: readonly TileId[] | null };

/** Set while the server cannot be heard. */
export const feedLost = signal(false);
/** The edition that has just come into force. */
export const announced = signal<{ edition: number; title: string } | null>(null);

const listeners = new Set<(change: TilesChanged) => void>();

/** Calls `listener` for each change, until the returned function is called. */
export function onTilesChanged(listener: (change: TilesChanged) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

const tell = (change: TilesChanged): void => {
  for (const listener of listeners) listener(change);
};

let hiding: ReturnType<typeof setTimeout> | undefined;

export function dismiss(): void {
  clearTimeout(hiding);
  announced.value = null;
}

function announce(edition: number, title: string): void {
  clearTimeout(hiding);
  announced.value = { edition, title };
  hiding = setTimeout(dismiss, ANNOUNCED_MS);
}

const editionOf = (): number | null => {
  const remote = profile.state.peek();
  return remote.kind === "ready" ? (remote.value.edition?.number ?? 0) : null;
};

type Refreshed = { refresh: () => Promise<void> };

/** Reads anew what is shown; it stays as it is until the new answer is there. */
const refresh = (resources: readonly Refreshed[]): Promise<unknown> =>
  Promise.all(resources.map((resource) => resource.refresh()));

/** Where it says who answers. The rows of a batch stay what was answered then. */
const PEOPLE: readonly Refreshed[] = [area, list, vacancies, answer];
/** All that is shown beside the map, but for the district itself. */
const PANELS: readonly Refreshed[] = [editions, topList, siblings, ...PEOPLE];

const refreshPanels = (): Promise<unknown> => refresh([profile, ...PANELS]);

/** Reads everything anew, and announces the edition when it is another one. */
async function refreshAll(): Promise<void> {
  const before = editionOf();
  tell({ tileset: null, tiles: null });
  await refreshPanels();
  announceIfNew(before);
}

function announceIfNew(before: number | null): void {
  const remote = profile.state.peek();
  const edition = remote.kind === "ready" ? remote.value.edition : null;
  if (before !== null && edition && edition.number !== before) announce(edition.number, edition.title);
}

/** Nothing should have been missed; the number of the edition proves it. */
async function makeSure(): Promise<void> {
  const before = editionOf();
  await profile.refresh();
  if (before === null || editionOf() === before) return;
  tell({ tileset: null, tiles: null });
  announceIfNew(before);
  await refresh(PANELS);
}

function take(event: FeedEvent): void {
  switch (event.kind) {
    case "tiles":
      tell(event);
      return;
    case "edition":
      announce(event.edition, event.title);
      void refreshPanels();
      return;
    case "duty":
      void refresh(PEOPLE);
      return;
    case "reset":
      void refreshAll();
  }
}

/** Follows the server from now on, until the returned function is called. */
export function followServer(connect: () => Source = () => new EventSource("/events")): () => void {
  let first = true;
  return followFeed(connect, {
    event: take,
    lost: () => {
      feedLost.value = true;
    },
    open: (whole) => {
      feedLost.value = false;
      // Between the loading of the page and now, and while the browser came back by itself, an edition may have come into force.
      if (whole || first) void makeSure();
      else void refreshAll();
      first = false;
    },
  });
}

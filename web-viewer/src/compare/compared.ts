/** Two editions side by side: what differs, fetched page by page as the list is scrolled, and the change that is open. */
import { computed, effect, signal } from "@preact/signals";
import { api, Failure } from "../api/client";
import { loader } from "../api/remote";
import type { Change, Diff, MultiPolygon } from "../api/types";
import { editions, viewed } from "../editions";
import { loadedProfile, visitIn } from "../resources";
import { seenIn } from "../seen";
import { state, transact } from "../state";
import { counterparts, type Filter, offsetOf, placeOf, rowOf, seenOn, sizeOf, spans } from "./changes";
import { defaultPair, formatPair, type Pair, parsePair } from "./pair";

/** Changes that are fetched at a time. */
const PAGE = 500;
/** Outlines of the other edition that are drawn with an open change; an area has seldom more heirs. */
const MAX_OUTLINES = 32;

/** The first page, which has the counts as well. */
export const diff = loader<Diff>();
/** Why a later page is not there. */
export const pageFailure = signal<Failure | null>(null);
/** Place of the open change in the whole list. */
export const opened = signal<number | null>(null);
/** The outlines of the other edition that belong to the open change. */
export const outlines = loader<MultiPolygon[]>();

/** Pages that are gone through for the change of a link's area. */
const MAX_SOUGHT_PAGES = 20;

const pages = signal<ReadonlyMap<number, readonly Change[]>>(new Map());
const onTheirWay = new Map<number, AbortController>();

/** What the address says, when the panel stands. */
export const written = computed(() => {
  const { screen, compare } = state.value;
  return screen === "command" ? compare : null;
});
const writtenPair = computed(() => written.value?.pair ?? null);
export const pair = computed(() => (writtenPair.value === null ? null : parsePair(writtenPair.value)));
export const filter = computed(
  (): Filter => ({ change: written.value?.change ?? null, level: written.value?.level ?? null }),
);

/** The pair that is offered first; `null` while there are not two editions. */
export const offered = computed(() => {
  const remote = editions.state.value;
  if (remote.kind !== "ready") return null;
  const numbers = remote.value.items.map(({ number }) => number);
  return defaultPair(numbers, viewed.value ?? loadedProfile.value?.edition?.number ?? 0);
});

export const passing = computed(() => {
  const remote = diff.state.value;
  return remote.kind === "ready" ? spans(remote.value.counts, filter.value) : [];
});

const changeAtOffset = (offset: number): Change | undefined =>
  pages.value.get(Math.floor(offset / PAGE))?.[offset % PAGE];

/** The change in row `row` of the filtered list; `undefined` until it is there. */
export function changeAt(row: number): Change | undefined {
  const offset = offsetOf(passing.value, row);
  return offset === null ? undefined : changeAtOffset(offset);
}

export const openChange = computed(() => (opened.value === null ? undefined : changeAtOffset(opened.value)));

async function fetchPage({ before, after }: Pair, page: number): Promise<void> {
  const mine = new AbortController();
  onTheirWay.set(page, mine);
  try {
    const { items } = await api.diff(before, after, { limit: PAGE, after: page * PAGE }, mine.signal);
    if (!mine.signal.aborted) pages.value = new Map(pages.value).set(page, items);
  } catch (error) {
    if (!mine.signal.aborted)
      pageFailure.value = error instanceof Failure ? error : new Failure(null, null, null, null);
  } finally {
    if (onTheirWay.get(page) === mine) onTheirWay.delete(page);
  }
}

/** Fetches what the rows `first..end` need and is not there. */
export function want(first: number, end: number): void {
  const both = pair.peek();
  if (both === null || pageFailure.peek() !== null) return;
  for (let row = first; row < end; row++) {
    const offset = offsetOf(passing.peek(), row);
    if (offset === null) return;
    const page = Math.floor(offset / PAGE);
    if (!pages.peek().has(page) && !onTheirWay.has(page)) void fetchPage(both, page);
  }
}

/** A pair that is gone through from the start, whatever was there. */
function forget(): void {
  for (const controller of onTheirWay.values()) controller.abort();
  onTheirWay.clear();
  pages.value = new Map();
  pageFailure.value = null;
  opened.value = null;
}

export function choose(next: Pair): void {
  const compare = { pair: formatPair(next), change: null, level: null };
  transact((before) => ({ ...before, screen: "command", compare, roster: null }));
}

/** Opens the panel with the pair that suggests itself. */
export function openCompare(): void {
  const next = offered.peek();
  if (next !== null) choose(next);
}

export const closeCompare = (): void => transact((before) => ({ ...before, compare: null }));

export function filterBy({ change, level }: Filter): void {
  transact((before) =>
    before.compare === null ? before : { ...before, compare: { ...before.compare, change, level } },
  );
}

/** The open change for which the map has not left yet. */
let departing: number | null = null;

/** The area that the address named when the page was opened: a link to a change marks its row. */
let sought: string | null = null;

/** Marks the row of the area that is sought as soon as it is there, and fetches the list page by page until it is. */
function seek(there: ReadonlyMap<number, readonly Change[]>, total: number): void {
  if (sought === null || total === 0) return;
  for (const [page, items] of there) {
    const place = placeOf(items, sought);
    if (place < 0) continue;
    sought = null;
    const offset = page * PAGE + place;
    if (opened.peek() === null && rowOf(passing.peek(), offset) >= 0) opened.value = offset;
    return;
  }
  const last = Math.min(Math.ceil(total / PAGE), MAX_SOUGHT_PAGES);
  const both = pair.peek();
  for (let page = 0; page < last && both !== null && pageFailure.peek() === null; page++) {
    if (there.has(page)) continue;
    if (!onTheirWay.has(page)) void fetchPage(both, page);
    return;
  }
  sought = null;
}

/** Opens row `row` of the filtered list, and shows its area as soon as it is there. */
export function openRow(row: number): void {
  const offset = offsetOf(passing.peek(), row);
  sought = null;
  departing = offset;
  if (opened.peek() !== offset) opened.value = offset;
  else depart(openChange.peek());
}

function depart(change: Change | undefined): void {
  const both = pair.peek();
  const seen = change === undefined ? null : seenOn(change);
  if (departing === null || both === null || seen === null) return;
  departing = null;
  visitIn(both[seen.side], seen.area.code);
}

async function outlinesOf(change: Change, both: Pair, signal: AbortSignal): Promise<MultiPolygon[]> {
  const { side, codes } = counterparts(change);
  const details = codes.slice(0, MAX_OUTLINES).map((code) => api.area(code, seenIn(both[side]), signal));
  return (await Promise.all(details)).map(({ geometry }) => geometry);
}

/** Starts to follow the address. */
export function followCompare(): void {
  let linked = state.peek().selected;
  effect(() => {
    const text = writtenPair.value;
    forget();
    sought = text === null ? null : linked;
    linked = null;
    const both = text === null ? null : parsePair(text);
    if (both === null) diff.clear();
    else void diff.load((signal) => api.diff(both.before, both.after, { limit: PAGE }, signal));
  });
  effect(() => {
    const remote = diff.state.value;
    if (remote.kind === "ready") pages.value = new Map([[0, remote.value.items]]);
  });
  effect(() => {
    const remote = diff.state.value;
    const there = pages.value;
    if (remote.kind === "ready") seek(there, sizeOf(spans(remote.value.counts, { change: null, level: null })));
  });
  effect(() => {
    const change = openChange.value;
    depart(change);
    const both = pair.peek();
    if (change === undefined || both === null) outlines.clear();
    else void outlines.load((signal) => outlinesOf(change, both, signal));
  });
}

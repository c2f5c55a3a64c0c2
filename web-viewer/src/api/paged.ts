/** A long list that is fetched page by page, as its rows come into sight. */
import { signal } from "@preact/signals";
import { Failure } from "./client";
import { loader } from "./remote";

export type Page<Item> = { items: readonly Item[]; numberMatched: number };
export type FetchPage<Item> = (after: number, limit: number, signal: AbortSignal) => Promise<Page<Item>>;

export function pagedList<Item>(size: number) {
  /** The first page, which says how many there are. */
  const first = loader<Page<Item>>();
  /** Why a later page is not there. */
  const failure = signal<Failure | null>(null);
  const pages = signal<ReadonlyMap<number, readonly Item[]>>(new Map());
  const onTheirWay = new Map<number, AbortController>();
  let fetchPage: FetchPage<Item> | null = null;

  const forget = (): void => {
    for (const controller of onTheirWay.values()) controller.abort();
    onTheirWay.clear();
    pages.value = new Map();
    failure.value = null;
  };

  const load = async (fetch: FetchPage<Item>, page: number): Promise<void> => {
    const mine = new AbortController();
    onTheirWay.set(page, mine);
    try {
      const { items } = await fetch(page * size, size, mine.signal);
      if (!mine.signal.aborted) pages.value = new Map(pages.value).set(page, items);
    } catch (error) {
      if (!mine.signal.aborted) failure.value = error instanceof Failure ? error : new Failure(null, null, null, null);
    } finally {
      if (onTheirWay.get(page) === mine) onTheirWay.delete(page);
    }
  };

  return {
    first: first.state,
    failure,
    /** Goes through another list from its start. */
    open: (fetch: FetchPage<Item>): void => {
      forget();
      fetchPage = fetch;
      void first.load((signal) => fetch(0, size, signal));
    },
    /** Reads the same list anew. */
    refresh: async (): Promise<void> => {
      forget();
      await first.refresh();
    },
    retry: first.retry,
    close: (): void => {
      forget();
      fetchPage = null;
      first.clear();
    },
    /** The item in a row; `undefined` until it is there. */
    at: (row: number): Item | undefined => {
      const page = Math.floor(row / size);
      const remote = first.state.value;
      const items = page === 0 && remote.kind === "ready" ? remote.value.items : pages.value.get(page);
      return items?.[row % size];
    },
    /** Fetches what the rows `start..end` need and is not there. */
    want: (start: number, end: number): void => {
      if (fetchPage === null || failure.peek() !== null || end <= start) return;
      for (let page = Math.floor(start / size); page <= Math.floor((end - 1) / size); page++) {
        if (page > 0 && !pages.peek().has(page) && !onTheirWay.has(page)) void load(fetchPage, page);
      }
    },
  };
}

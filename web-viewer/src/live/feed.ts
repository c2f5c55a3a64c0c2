/** The connection to `GET /events`: it comes back by itself, and tells when it is away. */
import { FEED_TYPES, type FeedEvent, readEvent } from "./feed-event";

/** What is used of an `EventSource`. */
export type Source = {
  readonly readyState: number;
  close: () => void;
  addEventListener: (type: string, listener: (event: Event) => void) => void;
};

export type FeedListener = {
  event: (event: FeedEvent) => void;
  /** Shorter breaks are not told. */
  lost: () => void;
  /** It stands. `whole` says that nothing can have been missed since it last stood, or that the server says so if it was. */
  open: (whole: boolean) => void;
};

/** `EventSource.CLOSED`: the browser has given up, as it does after any answer but 200. */
const CLOSED = 2;
/** A break is told when it lasts longer; the server asks browsers to come back after two seconds, and a restart of a proxy should not be seen. */
const PATIENCE_MS = 5000;
/** The first wait before a new connection is tried; it doubles with each failure. */
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30_000;

/** Follows the feed until the returned function is called. The browser itself reconnects with `Last-Event-ID` where it can. */
export function followFeed(connect: () => Source, listener: FeedListener): () => void {
  let source: Source;
  let wait = FIRST_WAIT_MS;
  let telling: ReturnType<typeof setTimeout> | null = null;
  let trying: ReturnType<typeof setTimeout> | null = null;
  /** Whether the present source has stood before, so that the browser names the last event when it returns. */
  let stood = false;

  const quiet = (): void => {
    if (telling !== null) clearTimeout(telling);
    telling = null;
  };
  const start = (): void => {
    trying = null;
    stood = false;
    const mine = connect();
    source = mine;
    mine.addEventListener("open", () => {
      quiet();
      wait = FIRST_WAIT_MS;
      listener.open(stood);
      stood = true;
    });
    const read = (event: Event): void => {
      const found = event instanceof MessageEvent && typeof event.data === "string" ? readEvent(event.data) : null;
      if (found !== null) listener.event(found);
    };
    for (const type of ["message", ...FEED_TYPES]) mine.addEventListener(type, read);
    mine.addEventListener("error", () => {
      telling ??= setTimeout(listener.lost, PATIENCE_MS);
      if (mine.readyState !== CLOSED || trying !== null) return;
      trying = setTimeout(start, wait);
      wait = Math.min(wait * 2, LONGEST_WAIT_MS);
    });
  };
  start();
  return () => {
    quiet();
    if (trying !== null) clearTimeout(trying);
    source.close();
  };
}

/** How old the data may be: the server says so in every answer while its database is away. */
import { signal } from "@preact/signals";

/** How often a page that asks nothing else finds out. */
const ASK_EVERY_MS = 30_000;

/** Seconds since the database was last heard; `null` while it is there. */
export const staleSeconds = signal<number | null>(null);

/** Takes what the header `X-Data-Stale` of an answer says; none means that all is well. */
export function noteStale(header: string | null): void {
  const seconds = header === null || header.trim() === "" ? Number.NaN : Number(header);
  staleSeconds.value = Number.isFinite(seconds) && seconds >= 0 ? seconds : null;
}

/** Asks now and then, until the returned function is called. */
export function watchStale(ask: () => Promise<unknown>): () => void {
  // A server that does not answer says nothing of its data; that it is away is told elsewhere.
  const timer = setInterval(() => void ask().catch(() => undefined), ASK_EVERY_MS);
  return () => clearInterval(timer);
}

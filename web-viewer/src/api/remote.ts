/** A value that has to be fetched, with its states; a newer load always wins over an older one. */
import { type ReadonlySignal, signal } from "@preact/signals";
import { Failure } from "./client";

export type Remote<Value> =
  | { kind: "idle" }
  | { kind: "loading" }
  | { kind: "ready"; value: Value }
  | { kind: "failed"; failure: Failure };

export type Loader<Value> = {
  state: ReadonlySignal<Remote<Value>>;
  load: (fetch: (signal: AbortSignal) => Promise<Value>) => Promise<void>;
  retry: () => Promise<void>;
  /** Loads the same again; what is there stays until the new value comes, and also when the server cannot be reached. */
  refresh: () => Promise<void>;
  clear: () => void;
};

export function loader<Value>(): Loader<Value> {
  const state = signal<Remote<Value>>({ kind: "idle" });
  let running: AbortController | null = null;
  let last: ((signal: AbortSignal) => Promise<Value>) | null = null;

  const run = async (fetch: (signal: AbortSignal) => Promise<Value>, quietly: boolean): Promise<void> => {
    running?.abort();
    const mine = new AbortController();
    running = mine;
    last = fetch;
    if (!quietly) state.value = { kind: "loading" };
    try {
      const value = await fetch(mine.signal);
      if (!mine.signal.aborted) state.value = { kind: "ready", value };
    } catch (error) {
      if (mine.signal.aborted) return;
      const failure = error instanceof Failure ? error : new Failure(null, null, null, null);
      if (!quietly || failure.status !== null) state.value = { kind: "failed", failure };
    }
  };
  return {
    state,
    load: (fetch) => run(fetch, false),
    retry: async () => {
      if (last !== null) await run(last, false);
    },
    refresh: async () => {
      if (last !== null) await run(last, state.peek().kind === "ready");
    },
    clear: () => {
      running?.abort();
      last = null;
      state.value = { kind: "idle" };
    },
  };
}

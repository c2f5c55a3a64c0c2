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
  clear: () => void;
};

export function loader<Value>(): Loader<Value> {
  const state = signal<Remote<Value>>({ kind: "idle" });
  let running: AbortController | null = null;
  let last: ((signal: AbortSignal) => Promise<Value>) | null = null;

  const load = async (fetch: (signal: AbortSignal) => Promise<Value>): Promise<void> => {
    running?.abort();
    const mine = new AbortController();
    running = mine;
    last = fetch;
    state.value = { kind: "loading" };
    try {
      const value = await fetch(mine.signal);
      if (!mine.signal.aborted) state.value = { kind: "ready", value };
    } catch (error) {
      if (mine.signal.aborted) return;
      const failure = error instanceof Failure ? error : new Failure(null, null, null, null);
      state.value = { kind: "failed", failure };
    }
  };
  return {
    state,
    load,
    retry: async () => {
      if (last !== null) await load(last);
    },
    clear: () => {
      running?.abort();
      last = null;
      state.value = { kind: "idle" };
    },
  };
}

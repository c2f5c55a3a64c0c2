/** A batch of positions: sent in one request, answered as a stream, kept as slim rows and the bytes of the answers. */
import { computed, signal } from "@preact/signals";
import { api, Failure } from "../api/client";
import { loader } from "../api/remote";
import type { Answer, BatchAnswer } from "../api/types";
import type { Batch } from "./input";
import type { Meaning } from "./question";
import { type Row, rowOf } from "./row";
import { items } from "./stream-items";
import { add, emptyTally, type Filter, passes, type Tally } from "./tally";

/** A stream that is silent for so long has failed. */
const SILENCE_MS = 30_000;
/** The screen follows the stream this often; the rows in between arrive unseen. */
const FOLLOW_MS = 120;

export type Run =
  | { kind: "idle" }
  | { kind: "running"; ms: number }
  | { kind: "done"; ms: number }
  | { kind: "cancelled"; ms: number }
  | { kind: "failed"; failure: Failure };

/** What a run has brought so far. `rows` grows in place; every step makes a new value around it. */
export type Results = {
  batch: Batch | null;
  meaning: Meaning | null;
  rows: readonly Row[];
  tally: Tally;
  /** The edition that answered. */
  edition: number | null;
};

const nothing = (): Results => ({ batch: null, meaning: null, rows: [], tally: emptyTally(), edition: null });

export const run = signal<Run>({ kind: "idle" });
export const results = signal<Results>(nothing());
export const filter = signal<Filter>("all");

/** Indexes of the rows that pass the filter. */
export const shown = computed<number[]>(() => {
  const { rows } = results.value;
  const wanted = filter.value;
  const indexes: number[] = [];
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index];
    if (row !== undefined && passes(row, wanted)) indexes.push(index);
  }
  return indexes;
});

let parts: Blob[] = [];
let running: AbortController | null = null;

/** The whole answer of a row, as the server sent it. */
export const rowAnswer = loader<Answer>();

export function loadRow(row: Row): void {
  void rowAnswer.load(async () => {
    const text = await new Blob(parts).slice(...row.bytes).text();
    // The boundary: the row was read from these bytes.
    const record = JSON.parse(text) as BatchAnswer;
    if ("error" in record) throw new Failure(null, record.error.title, null, null);
    return record;
  });
}

export function cancel(): void {
  running?.abort();
}

/** Forgets everything that was looked up together. */
export function clear(): void {
  cancel();
  running = null;
  parts = [];
  run.value = { kind: "idle" };
  results.value = nothing();
  filter.value = "all";
  rowAnswer.clear();
}

/** The pieces of a body, each of which must come before the silence is too long. */
async function* pieces(response: Response, mine: AbortController): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const reader = response.body?.getReader();
  if (reader === undefined) return;
  for (;;) {
    const timer = setTimeout(() => mine.abort("silence"), SILENCE_MS);
    try {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Looks a batch up; `level` is the one that the table shows as its grid. Whatever ran before ends. */
export async function start(batch: Batch, meaning: Meaning, level: string): Promise<void> {
  clear();
  const mine = new AbortController();
  running = mine;
  const began = performance.now();
  const elapsed = () => performance.now() - began;
  const rows: Row[] = [];
  const tally = emptyTally();
  const split = items();
  let edition: number | null = null;
  let followed = 0;
  const follow = () => {
    results.value = { batch, meaning, rows, tally: { ...tally }, edition };
    followed = performance.now();
  };
  const take = (found: ReturnType<typeof split.push>) => {
    for (const item of found) {
      const row = rowOf(item, batch.lines?.[rows.length] ?? rows.length + 1, level);
      rows.push(row);
      add(tally, row);
      edition ??= row.edition;
    }
  };
  run.value = { kind: "running", ms: 0 };
  follow();
  try {
    const silence = setTimeout(() => mine.abort("silence"), SILENCE_MS);
    const response = await api
      .lookupBatch(batch, meaning, "application/json", mine.signal)
      .finally(() => clearTimeout(silence));
    for await (const piece of pieces(response, mine)) {
      parts.push(new Blob([piece]));
      take(split.push(piece));
      if (performance.now() - followed < FOLLOW_MS) continue;
      follow();
      run.value = { kind: "running", ms: elapsed() };
    }
    if (!split.isWhole()) throw new Failure(null, null, null, null);
    run.value = { kind: "done", ms: elapsed() };
  } catch (error) {
    // A newer run has taken over: nothing of this one is shown any more.
    if (running !== mine) return;
    const wanted = mine.signal.aborted && mine.signal.reason !== "silence";
    const failure = error instanceof Failure ? error : new Failure(null, null, null, null);
    run.value = wanted ? { kind: "cancelled", ms: elapsed() } : { kind: "failed", failure };
  }
  follow();
}

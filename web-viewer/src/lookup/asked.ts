/** What the lookup screen is about: one position, or a batch and its open row; and how positions are meant. */
import { computed, effect, signal, untracked } from "@preact/signals";
import { api, Failure } from "../api/client";
import { loader, type Remote } from "../api/remote";
import type { Answer } from "../api/types";
import { seen } from "../editions";
import type { LonLat } from "../geo/lon-lat";
import { flyTo } from "../resources";
import { type Seen, seenIn } from "../seen";
import { state, transact } from "../state";
import { candidates, listAfter, meantInstead, narrowed, positionOf, questionOf } from "./candidates";
import { type AccuracyKind, DEFAULT_CRS, type Meaning, parseAccuracy, type Question } from "./question";
import type { Row } from "./row";
import { loadRow, results, rowAnswer } from "./run";

/** What stands in the form. */
export type Form = { text: string; crs: string; accuracy: string; kind: AccuracyKind };

export const form = signal<Form>({ text: "", crs: DEFAULT_CRS, accuracy: "", kind: "android" });
export const answer = loader<Answer>();
/** Index of the row of the batch whose answer is shown; rows and a single position exclude each other. */
export const openRow = signal<number | null>(null);

/** What the server answers with when there is no such thing. */
export const NOT_FOUND = 404;

let flyThere = false;

/** What a question is asked of: the edition that it cites, or else what the page shows. */
const whenOf = ({ edition }: Question, when: Seen = seenIn(null)): Seen => (edition === null ? when : seenIn(edition));

/** What the card shows. `question` is what the answer can be asked again by, and `null` without a position. */
export type Shown =
  | { kind: "error"; key: string; row: Row }
  | {
      kind: "answer";
      key: string;
      row: Row | null;
      question: Question;
      /** What the answer is of, as it was asked for. */
      when: Seen;
      remote: Remote<Answer>;
      retry: () => Promise<void>;
    };

/** How what belongs to the answer on the card is asked for; `null` while there is none. */
export const answered = computed((): { code: string; when: Seen } | null => {
  const shown = card.value;
  if (shown?.kind !== "answer" || shown.remote.kind !== "ready") return null;
  const { chain, edition } = shown.remote.value;
  const code = chain.at(-1)?.code;
  return code === undefined ? null : { code, when: shown.when.as_of === null ? seenIn(edition) : shown.when };
});

export const card = computed<Shown | null>(() => {
  const index = openRow.value;
  const { rows, meaning } = results.value;
  const row = index === null ? undefined : rows[index];
  if (row !== undefined && meaning !== null) {
    const key = `row ${index}`;
    if (row.position === null) return { kind: "error", key, row };
    const question = { ...meaning, crs: DEFAULT_CRS, at: row.position };
    const when = seenIn(meaning.edition);
    return {
      kind: "answer",
      key,
      row,
      question,
      when: { ...when, as_of: meaning.as_of ?? null },
      remote: rowAnswer.state.value,
      retry: rowAnswer.retry,
    };
  }
  const { ask: question } = state.value;
  if (question === null) return null;
  const key = JSON.stringify(question);
  return {
    kind: "answer",
    key,
    row: null,
    question,
    when: whenOf(question, seen.value),
    remote: answer.state.value,
    retry: answer.retry,
  };
});

/** Asks about one position; `fly` takes the map there once it is known where that is. */
export function ask(question: Question, fly: boolean): void {
  flyThere = fly;
  openRow.value = null;
  transact((before) => ({ ...before, screen: "lookup", ask: question }));
}

/** A position that the map gave: its coordinates are the map's own, its accuracy that of the form. */
export function askHere(at: LonLat): void {
  const { accuracy, kind } = form.value;
  candidates.value = null;
  ask({ at, crs: DEFAULT_CRS, accuracy: parseAccuracy(accuracy, kind) ?? null, edition: null }, false);
}

/** Asks about one of the addresses that what was said may mean. */
export function choose(index: number): void {
  const found = candidates.peek();
  const candidate = found?.candidates[index];
  if (found === null || candidate === undefined) return;
  candidates.value = { ...found, chosen: index };
  ask(questionOf(found, candidate, index), true);
}

export function open(index: number, fly: boolean): void {
  const row = results.value.rows[index];
  if (row === undefined) return;
  openRow.value = index;
  if (state.peek().ask !== null) transact((before) => ({ ...before, ask: null }));
  if (row.error === null) loadRow(row);
  if (fly && row.position !== null) flyTo(row.position, results.value.meaning?.accuracy?.metres);
}

export function close(): void {
  openRow.value = null;
  if (state.peek().ask !== null) transact((before) => ({ ...before, ask: null }));
}

/** How the form means positions; `undefined` when its accuracy is none that the server takes. */
export function meaningOf({ crs, accuracy: text, kind }: Form): Meaning | undefined {
  const accuracy = parseAccuracy(text, kind);
  return accuracy === undefined ? undefined : { crs, accuracy, edition: null };
}

/** The answer; an address that the data have not is a failure with the server's reason. */
export async function answerTo(question: Question, signal: AbortSignal): Promise<Answer> {
  const when = { edition: question.edition, as_of: question.as_of ?? null };
  if (question.address === undefined) return api.lookup(question, signal);
  const { answer, problem } = await api.lookupAddress(question.address, when, signal);
  if (answer === null) throw new Failure(NOT_FOUND, null, problem, null);
  const meant = meantInstead(candidates.peek(), question, answer);
  if (meant === null) return answer;
  const there = await api.lookup({ ...positionOf(meant), ...when }, signal);
  return { ...narrowed(there, meant), ...(answer.address === undefined ? {} : { address: answer.address }) };
}

/** Starts everything that follows the state. */
export function followQuestion(): void {
  const { ask: first, view } = state.peek();
  // A link may name a position and no view: go and see it.
  flyThere = first !== null && view === null;
  if (first !== null) {
    const { at, address, crs, accuracy } = first;
    const { kind } = accuracy ?? form.peek();
    form.value = {
      text: address ?? at.join(","),
      crs,
      accuracy: accuracy === null ? "" : String(accuracy.metres),
      kind,
    };
  }
  const asked = computed(() => state.value.ask);
  effect(() => {
    const [question, when] = [asked.value, seen.value];
    if (question === null) return answer.clear();
    if (when === undefined) return;
    untracked(() => {
      openRow.value = null;
      const named = { ...question, ...whenOf(question, when) };
      void answer.load((signal) => answerTo(named, signal));
    });
  });
  effect(() => {
    const remote = answer.state.value;
    if (remote.kind !== "ready") return;
    const { address } = remote.value;
    const asked = state.peek().ask?.address;
    if (address && asked !== undefined) candidates.value = listAfter(candidates.peek(), asked, address);
    if (!flyThere) return;
    flyThere = false;
    const { lon, lat } = remote.value.position;
    flyTo([lon, lat], state.peek().ask?.accuracy?.metres);
  });
}

/** The import dialog: which kind of table, the chosen file, and how far it is: checked first, then imported. */
import { signal } from "@preact/signals";
import { api, Failure } from "../api/client";
import { answer } from "../lookup/asked";
import { area } from "../resources";
import { list } from "../roster/list";
import { vacancies } from "../roster/vacancies";
import { importPath, KINDS, type KindId, typeOf, type Values } from "./kinds";
import type { Report } from "./report";

/** The kind of table whose dialog stands; `null` for none. */
export const importing = signal<KindId | null>(null);

export type Stage =
  | { kind: "idle" }
  /** The file has an ending that this kind does not take. */
  | { kind: "wrong-file"; name: string }
  | { kind: "sending"; isCheck: boolean }
  /** Checked, or refused; nothing has been written. */
  | { kind: "checked"; report: Report }
  | { kind: "done"; report: Report }
  | { kind: "failed"; failure: Failure };

export const stage = signal<Stage>({ kind: "idle" });
export const chosen = signal<File | null>(null);
export const values = signal<Values>({});

let running: AbortController | null = null;

/** Whatever was checked was checked with another file or other options. */
function reset(): void {
  running?.abort();
  running = null;
  stage.value = { kind: "idle" };
}

export function chooseFile(kind: KindId, file: File | null): void {
  reset();
  if (file !== null && typeOf(KINDS[kind], file.name) === null) {
    chosen.value = null;
    stage.value = { kind: "wrong-file", name: file.name };
  } else chosen.value = file;
}

export function setValue(name: string, value: string | boolean): void {
  values.value = { ...values.value, [name]: value };
  reset();
}

export function chooseKind(kind: KindId): void {
  importing.value = kind;
  chooseFile(kind, null);
}

export function closeImport(): void {
  importing.value = null;
  reset();
  chosen.value = null;
  values.value = {};
}

async function send(how: { dryRun: boolean; partial: boolean }): Promise<void> {
  const [id, file] = [importing.peek(), chosen.peek()];
  if (id === null || file === null) return;
  const kind = KINDS[id];
  const type = typeOf(kind, file.name);
  if (type === null) return;
  running?.abort();
  const mine = new AbortController();
  running = mine;
  stage.value = { kind: "sending", isCheck: how.dryRun };
  try {
    const report = await api.importTable(importPath(kind, values.peek(), how), file, type, mine.signal);
    if (mine.signal.aborted) return;
    const isWritten = !how.dryRun && report.outcome !== "rejected";
    stage.value = { kind: isWritten ? "done" : "checked", report };
    if (isWritten) await Promise.all([area, answer, vacancies, list].map((shown) => shown.refresh()));
  } catch (error) {
    if (mine.signal.aborted) return;
    const failure = error instanceof Failure ? error : new Failure(null, null, null, null);
    stage.value = { kind: "failed", failure };
  }
}

/** Asks what is wrong with the file; nothing is written. */
export const check = (): Promise<void> => send({ dryRun: true, partial: false });
/** Imports what was checked; with `partial` the rows without errors. */
export const importNow = (partial: boolean): Promise<void> => send({ dryRun: false, partial });
export const cancel = (): void => reset();

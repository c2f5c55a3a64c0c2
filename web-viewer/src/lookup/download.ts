/** The result as a file, as the server writes it: the same points, asked again of the same edition. */
import { signal } from "@preact/signals";
import { api, Failure } from "../api/client";
import type { Locale } from "../url-state";
import { results } from "./run";

export const FILES = {
  csv: { accept: "text/csv", ending: "csv" },
  geojson: { accept: "application/geo+json", ending: "geojson" },
} as const;
export type FileKind = keyof typeof FILES;

export type Download = { kind: "idle" } | { kind: "busy"; file: FileKind } | { kind: "failed"; failure: Failure };
export const download = signal<Download>({ kind: "idle" });

/** Longest wait for a file of as many points as the screen takes. */
const TIMEOUT_MS = 120_000;
/** The browser has begun to save long before this. */
const KEEP_MS = 60_000;

function save(file: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), KEEP_MS);
}

export async function fetchFile(kind: FileKind, locale: Locale): Promise<void> {
  const { batch, meaning, edition } = results.value;
  if (batch === null || meaning === null) return;
  const { accept, ending } = FILES[kind];
  const headings = kind === "csv" && locale === "zh" ? { headings: "zh" as const } : {};
  download.value = { kind: "busy", file: kind };
  try {
    const limit = AbortSignal.timeout(TIMEOUT_MS);
    const named = meaning.as_of ? meaning : { ...meaning, edition };
    const response = await api.lookupBatch(batch, { ...named, ...headings }, accept, limit);
    const number = edition === null ? "" : `-${edition}`;
    save(await response.blob(), `${locale === "zh" ? "归属结果" : "lookup"}${number}.${ending}`);
    download.value = { kind: "idle" };
  } catch (error) {
    const failure = error instanceof Failure ? error : new Failure(null, null, null, null);
    download.value = { kind: "failed", failure };
  }
}

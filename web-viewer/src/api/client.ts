/** Calls to the server that served this page; no other is ever asked. */
import { type Report, reportOf } from "../imports/report";
import { noteStale } from "../live/stale";
import type { Meaning, Question } from "../lookup/question";
import type { Seen } from "../seen";
import type {
  Answer,
  AreaDetail,
  BatchAnswer,
  Diff,
  Editions,
  FoundAreas,
  LookupResults,
  Postings,
  Profile,
  Text,
  Vacancies,
} from "./types";

/** How long a call may take before it counts as failed. */
const TIMEOUT_MS = 15_000;
/** Comparing two editions of a city for the first time takes the server a while. */
const DIFF_TIMEOUT_MS = 60_000;

/** A call that did not give an answer: a problem document, or no server at all. */
export class Failure extends Error {
  constructor(
    readonly status: number | null,
    readonly title: string | null,
    readonly detail: { zh: string; en: string } | null,
    readonly requestId: string | null,
  ) {
    super(detail?.en ?? title ?? `status ${status ?? "none"}`);
  }
}

const text = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);

/** Reads a problem document, trusting nothing about its shape. */
export function failureFrom(status: number, body: unknown): Failure {
  const members = new Map(typeof body === "object" && body !== null ? Object.entries(body) : []);
  const en = text(members.get("detail"));
  const zh = text(members.get("detail_zh")) ?? en;
  return new Failure(
    status,
    text(members.get("title")),
    en !== null && zh !== null ? { zh, en } : null,
    text(members.get("request_id")),
  );
}

async function call<Body>(
  path: string,
  signal: AbortSignal,
  timeoutMs = TIMEOUT_MS,
  request: RequestInit = {},
): Promise<Body> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  let response: Response;
  try {
    response = await fetch(path, { ...request, signal: limit });
  } catch (cause) {
    if (signal.aborted) throw cause;
    throw new Failure(null, null, null, null);
  }
  noteStale(response.headers.get("x-data-stale"));
  const body: unknown = await response.json().catch(() => null);
  if (!response.ok) throw failureFrom(response.status, body);
  // The boundary: the server's answer is what its OpenAPI document says.
  return body as Body;
}

/** Writes a query string without the members that are absent. */
export function query(members: Record<string, string | number | null>): string {
  const present = Object.entries(members).filter(([, value]) => value !== null && value !== "");
  const written = new URLSearchParams(present.map(([name, value]) => [name, String(value)])).toString();
  return written === "" ? "" : `?${written}`;
}

function members({ crs, accuracy, edition, as_of = null }: Meaning): Record<string, string | number | null> {
  return { crs, accuracy_m: accuracy?.metres ?? null, accuracy_kind: accuracy?.kind ?? null, edition, as_of };
}

/** The address of the answer to one question, from the root of the server. */
export function lookupPath(question: Question): string {
  if (question.address !== undefined)
    return `/lookup${query({ address: question.address, edition: question.edition, as_of: question.as_of ?? null })}`;
  const [lon, lat] = question.at;
  return `/lookup${query({ lon, lat, ...members(question) })}`;
}

/**
 * What an address means; `null` when the data have nothing like it, and why. An address that is not there is an answer and
 * no failure, so that it is asked as a batch of one.
 */
async function lookupAddress(
  address: string,
  { edition, as_of }: Seen,
  signal: AbortSignal,
): Promise<{ answer: Answer; problem: null } | { answer: null; problem: Text }> {
  const { results } = await call<LookupResults>(`/lookup/addresses${query({ edition, as_of })}`, signal, TIMEOUT_MS, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json" },
    body: JSON.stringify([address]),
  });
  const [result]: (BatchAnswer | undefined)[] = results;
  if (result === undefined) throw new Failure(null, null, null, null);
  if ("error" in result) return { answer: null, problem: { zh: result.error.detail_zh, en: result.error.detail } };
  return { answer: result, problem: null };
}

/** Sends a body of points; whoever calls reads the answer as it comes, and sets its own limits of time. */
async function lookupBatch(
  { body, type }: { body: Blob; type: string },
  meaning: Meaning & { headings?: "zh" },
  accept: string,
  signal: AbortSignal,
): Promise<Response> {
  const path = `/lookup${query({ ...members(meaning), headings: meaning.headings ?? null })}`;
  let response: Response;
  try {
    response = await fetch(path, { method: "POST", headers: { "content-type": type, accept }, body, signal });
  } catch (cause) {
    if (signal.aborted) throw cause;
    throw new Failure(null, null, null, null);
  }
  if (!response.ok) throw failureFrom(response.status, await response.json().catch(() => null));
  return response;
}

/** How long an import of a table may take. */
const IMPORT_TIMEOUT_MS = 600_000;

/** Sends a table; a refused one is answered with findings as well. */
async function importTable(path: string, body: Blob, type: string, signal: AbortSignal): Promise<Report> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(IMPORT_TIMEOUT_MS)]);
  let response: Response;
  try {
    response = await fetch(path, { method: "POST", headers: { "content-type": type }, body, signal: limit });
  } catch (cause) {
    if (signal.aborted) throw cause;
    throw new Failure(null, null, null, null);
  }
  const answer: unknown = await response.json().catch(() => null);
  const report = reportOf(answer);
  if (report === null) throw failureFrom(response.status, answer);
  return report;
}

/** As many as the server lists at a time. */
const MAX_EDITIONS = 10_000;

export type Search = {
  q?: string;
  level?: string;
  parent?: string;
  limit: number;
  edition?: number | string | null;
  as_of?: string;
};

/** The address of the table of old and new codes between two editions, from the root of the server. */
export const crosswalkPath = (before: number, after: number, format: "csv" | "xlsx" = "csv"): string =>
  `/editions/${before}/crosswalk/${after}${query({ format })}`;

/** The address of an area's sheet (一套表) to be read and printed, from the root of the server. */
export const sheetPath = (code: string, { edition, as_of }: Seen, format: "html" | "xlsx" = "html"): string =>
  `/areas/${encodeURIComponent(code)}/sheet.${format}${query({ edition, as_of })}`;

/** Which postings are listed; `after` is how many come before. */
export type PostingSearch = Seen & {
  q: string;
  role: string | null;
  area: string | null;
  state: string | null;
  limit: number;
  after: number;
};

const postings = ({ area, ...members }: PostingSearch, signal: AbortSignal) =>
  call<Postings>(`/postings${query({ ...members, area, below: area === null ? null : "true" })}`, signal);

export const api = {
  profile: (signal: AbortSignal) => call<Profile>("/profile", signal),
  editions: (signal: AbortSignal) => call<Editions>(`/editions${query({ limit: MAX_EDITIONS })}`, signal),
  diff: (before: number, after: number, page: { limit: number; after?: number }, signal: AbortSignal) =>
    call<Diff>(`/editions/${before}/diff/${after}${query(page)}`, signal, DIFF_TIMEOUT_MS),
  area: (code: string, { edition, as_of }: Seen, signal: AbortSignal) =>
    call<AreaDetail>(`/areas/${encodeURIComponent(code)}${query({ edition, as_of })}`, signal),
  search: (members: Search, signal: AbortSignal) => call<FoundAreas>(`/areas${query(members)}`, signal),
  lookup: (question: Question, signal: AbortSignal) => call<Answer>(lookupPath(question), signal),
  lookupBatch,
  lookupAddress,
  importTable,
  postings,
  vacancies: (members: Omit<PostingSearch, "q" | "state">, signal: AbortSignal) =>
    call<Vacancies>(`/vacancies${query(members)}`, signal),
  ready: async (signal: AbortSignal): Promise<number> => {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
    const response = await fetch("/readyz", { signal: limit });
    noteStale(response.headers.get("x-data-stale"));
    return response.status;
  },
};

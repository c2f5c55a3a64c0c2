/** What a person pastes or drops, as the server takes it. */
import { MAX_LINES, parsePositions } from "../geo/parse-positions";
import { MAX_ADDRESS_CHARACTERS } from "./question";

export const POINT_TYPES = ["text/csv", "application/geo+json", "application/x-ndjson", "application/json"] as const;
export type PointType = (typeof POINT_TYPES)[number];

/** Points to be looked up in one request. */
export type Batch = {
  body: Blob;
  type: PointType;
  /** How many records the body has, as far as can be told without reading it as the server does. */
  records: number;
  /** The line that each record stood on, when it was pasted line by line. */
  lines: number[] | null;
  /** The file it came from. */
  name: string | null;
};

export type Input =
  | { kind: "empty" }
  | { kind: "point"; x: number; y: number }
  | { kind: "address"; text: string }
  | { kind: "unreadable"; line: number; text: string }
  | { kind: "too-many"; records: number }
  | { kind: "batch"; batch: Batch };

/** How much of a text is looked at to tell what it is. */
const HEAD_CHARACTERS = 2000;

function isWhole(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** What a text is by its beginning; `null` when it is neither JSON nor a table with a heading. */
export function typeOf(text: string): PointType | null {
  const head = text.slice(0, HEAD_CHARACTERS).trimStart();
  if (head.startsWith("{")) {
    if (/"FeatureCollection"|"features"\s*:/.test(head)) return "application/geo+json";
    const first = head.split("\n", 1)[0] ?? "";
    return isWhole(first) && /"lon"\s*:\s*[^[\s]/.test(first) ? "application/x-ndjson" : "application/json";
  }
  if (/^\[\s*\{/.test(head)) return "application/json";
  const cells = (head.split(/\r?\n/, 1)[0] ?? "").split(/[,;\t]/).map((cell) => cell.trim());
  const isHeading = cells.length > 1 && cells.every((cell) => !/^["']?[-+]?[\d.]/.test(cell)) && /\p{L}/u.test(head);
  return isHeading && cells.some((cell) => /^["']?(lon|lng|long|longitude|x|经度|经)["']?$/i.test(cell))
    ? "text/csv"
    : null;
}

function count(text: string, type: PointType): number {
  switch (type) {
    case "text/csv":
      return Math.max(0, filledLines(text) - 1);
    case "application/x-ndjson":
      return filledLines(text);
    case "application/geo+json":
      return text.match(/"Feature"/g)?.length ?? 0;
    case "application/json":
      return text.match(/"lon"/g)?.length ?? 0;
  }
}

const filledLines = (text: string): number => text.match(/\S[^\n]*/g)?.length ?? 0;

const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;

/** Whether a line that is no position may be an address: it has words. Two numbers with signs about them have none. */
export function isAddress(text: string): boolean {
  const written = text.trim();
  return written.length <= MAX_ADDRESS_CHARACTERS && /\p{L}{2}|\p{Script=Han}/u.test(written);
}

/** Reads pasted text: positions line by line, or anything the server reads itself. */
export function readText(text: string): Input {
  if (text.trim() === "") return { kind: "empty" };
  const type = typeOf(text);
  if (type !== null)
    return checked({ body: new Blob([text]), type, records: count(text, type), lines: null, name: null });
  const { lines, left } = parsePositions(text);
  if (left > 0) return { kind: "too-many", records: lines.length + left };
  const [only] = lines;
  if (lines.length === 1 && only !== undefined) {
    if (only.kind === "position") return { kind: "point", x: only.x, y: only.y };
    return isAddress(text) ? { kind: "address", text: text.trim() } : only;
  }
  // What is no position goes along, so that it is answered in its place.
  const rows = lines.map((line) =>
    line.kind === "position" ? `${line.line},${line.x},${line.y}` : `${line.line},${quoted(line.text)},`,
  );
  return checked({
    body: new Blob([["line,lon,lat", ...rows, ""].join("\n")]),
    type: "text/csv",
    records: lines.length,
    lines: lines.map(({ line }) => line),
    name: null,
  });
}

function checked(batch: Batch): Input {
  return batch.records > MAX_LINES ? { kind: "too-many", records: batch.records } : { kind: "batch", batch };
}

const BY_ENDING: Record<string, PointType> = {
  csv: "text/csv",
  tsv: "text/csv",
  geojson: "application/geo+json",
  ndjson: "application/x-ndjson",
  jsonl: "application/x-ndjson",
};

/** Reads a file; what its name does not tell its beginning does. The server gets its bytes as they are. */
export async function readFile(file: File): Promise<Input> {
  // Only to count and to tell what it is: other encodings keep their line ends, braces and Latin letters.
  const text = await file.text();
  if (text.trim() === "") return { kind: "empty" };
  const ending = file.name.split(".").at(-1)?.toLowerCase() ?? "";
  const type = BY_ENDING[ending] ?? typeOf(text);
  if (type === null) {
    const input = readText(text);
    return input.kind === "batch" ? { kind: "batch", batch: { ...input.batch, name: file.name } } : input;
  }
  return checked({ body: file, type, records: count(text, type), lines: null, name: file.name });
}

/** Pasted coordinates, one position a line. */

/** Lines read at once; as many as the server takes records in one request. */
export const MAX_LINES = 100_000;

export type ParsedLine =
  | { kind: "position"; line: number; x: number; y: number }
  | { kind: "unreadable"; line: number; text: string };

/** Characters typed with a Chinese keyboard, as what they stand for. */
function halfWidth(text: string): string {
  return text
    .replace(/[０-９．－＋]/g, (char) => String.fromCharCode(char.charCodeAt(0) - 0xfee0))
    .replace(/[，、；;]/g, ",")
    .replace(/\u3000/g, " ");
}

const NUMBER = "[+-]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][+-]?\\d+)?";
const PAIR = new RegExp(`^\\(?\\[?\\s*(${NUMBER})(?:\\s*,\\s*|\\s+)(${NUMBER})\\s*\\]?\\)?,?$`);

/**
 * Reads `x,y` a line: comma, blank or tab between, brackets allowed, empty lines skipped. Nothing is swapped or
 * guessed; lines beyond the limit are left out, and `left` says how many.
 */
export function parsePositions(text: string): { lines: ParsedLine[]; left: number } {
  const filled = text
    .split(/\r?\n/)
    .map((line, index) => ({ text: line.trim(), line: index + 1 }))
    .filter(({ text }) => text !== "");
  const lines = filled.slice(0, MAX_LINES).map(({ text, line }): ParsedLine => {
    const match = PAIR.exec(halfWidth(text).trim());
    const [x, y] = [Number(match?.[1]), Number(match?.[2])];
    if (match === null || !Number.isFinite(x) || !Number.isFinite(y)) return { kind: "unreadable", line, text };
    return { kind: "position", line, x, y };
  });
  return { lines, left: filled.length - lines.length };
}

/** Which two editions are compared, as an address writes it: `1..2`. */

export type Pair = { before: number; after: number };

const WRITTEN = /^(\d{1,10})\.\.(\d{1,10})$/;
/** The server counts editions in 32 bits. */
const MAX_EDITION = 4_294_967_295;

/** Reads `1..2`; `null` for anything else. Whether there are such editions is for the server to say. */
export function parsePair(text: string): Pair | null {
  const [, first, second] = WRITTEN.exec(text) ?? [];
  const [before, after] = [Number(first), Number(second)];
  const isEdition = (number: number) => number >= 1 && number <= MAX_EDITION;
  return isEdition(before) && isEdition(after) ? { before, after } : null;
}

export const formatPair = ({ before, after }: Pair): string => `${before}..${after}`;

/** The edition that is shown against the one before it, the first against the next; `null` when there are not two. */
export function defaultPair(numbers: readonly number[], shown: number): Pair | null {
  const sorted = [...numbers].sort((a, b) => a - b);
  const at = Math.max(1, sorted.indexOf(shown));
  const [before, after] = [sorted[at - 1], sorted[at]];
  return before === undefined || after === undefined ? null : { before, after };
}

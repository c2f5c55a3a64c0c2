/** The list of changes as the server orders it: what a filter leaves of it, and what a row of it says. */
import type { Change, ChangeCounts, Party } from "../api/types";

/** All sorts of change, in the order in which the server lists them within a level. */
export const SORTS = [
  "created",
  "retired",
  "split",
  "merged",
  "reshaped",
  "recoded",
  "renamed",
  "updated",
] as const satisfies readonly (keyof ChangeCounts)[];
export type Sort = (typeof SORTS)[number];

export const sortOf = (text: string): Sort | null => SORTS.find((sort) => sort === text) ?? null;

/** `null` lets everything pass. Both are as the address has them, known or not. */
export type Filter = { change: string | null; level: string | null };

/** Changes that follow one another in the whole list. */
export type Span = { start: number; length: number };

/** Where in the whole list the changes are that pass; the counts say it, so that none of them has to be fetched. */
export function spans(counts: readonly ChangeCounts[], { change, level }: Filter): Span[] {
  const passing: Span[] = [];
  let start = 0;
  for (const row of counts) {
    for (const sort of SORTS) {
      const length = row[sort];
      const passes = (level === null || level === row.level) && (change === null || change === sort);
      const last = passing.at(-1);
      if (passes && last !== undefined && last.start + last.length === start) last.length += length;
      else if (passes && length > 0) passing.push({ start, length });
      start += length;
    }
  }
  return passing;
}

export const sizeOf = (passing: readonly Span[]): number => passing.reduce((sum, { length }) => sum + length, 0);

/** Where in the whole list the row `row` of the filtered one is; `null` beyond its end. */
export function offsetOf(passing: readonly Span[], row: number): number | null {
  let rest = row;
  for (const { start, length } of passing) {
    if (rest < length) return start + rest;
    rest -= length;
  }
  return null;
}

/** The row of the filtered list that a place in the whole one has; -1 when it does not pass. */
export function rowOf(passing: readonly Span[], offset: number): number {
  let row = 0;
  for (const { start, length } of passing) {
    if (offset >= start && offset < start + length) return row + offset - start;
    row += length;
  }
  return -1;
}

/** What a filter leaves, counted. */
export const countOf = (counts: readonly ChangeCounts[], filter: Filter): number => sizeOf(spans(counts, filter));

/** One side of a row: the area itself, or the one that shares most ground with it, and how many more do. */
export type Side = { code: string; name: string | null; more: number };

/** What stands on the side `side` of a change; `null` for new ground, or ground that is nobody's any more. */
export function sideOf(change: Change, side: "before" | "after"): Side | null {
  const own = change[side];
  if (own !== null) return { code: own.code, name: own.name, more: 0 };
  const [first, ...rest] = kinOf(change, side);
  return first === undefined ? null : { code: first, name: null, more: rest.length };
}

/** Codes of the areas on the side `side` that share ground with the area that the change is told of; the largest share first. */
export function kinOf(change: Change, side: "before" | "after"): string[] {
  return [...new Set(change.lineage.flatMap((kin) => kin[side] ?? []))];
}

/** Where an area is to be looked at: as it is now, and when it is no more, as it was. */
export function seenOn(change: Change): { side: "before" | "after"; area: Party } | null {
  if (change.after !== null) return { side: "after", area: change.after };
  return change.before === null ? null : { side: "before", area: change.before };
}

/** Where among changes the one is that shows the area `code`; -1 for nowhere. */
export const placeOf = (changes: readonly Change[], code: string): number =>
  changes.findIndex((change) => seenOn(change)?.area.code === code);

/** The outlines of the other edition that tell what became of an area, or what it came from. */
export function counterparts(change: Change): { side: "before" | "after"; codes: string[] } {
  if (change.after === null) return { side: "after", codes: kinOf(change, "after") };
  if (change.before === null) return { side: "before", codes: kinOf(change, "before") };
  // A new name has the old outline.
  return { side: "before", codes: change.change === "reshaped" ? [change.before.code] : [] };
}

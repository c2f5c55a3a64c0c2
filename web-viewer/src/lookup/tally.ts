/** Counts over a result, and the parts of it that are worth looking at. */
import type { Outcome, Row } from "./row";

export const OUTCOMES = ["inside", "border", "nearest", "none", "error"] as const satisfies readonly Outcome[];
export const CERTAINTIES = ["sure", "doubtful", "to_check"] as const;
export const FILTERS = ["all", "doubtful", "to_check", "border", "outside", "error"] as const;
export type Filter = (typeof FILTERS)[number];

export type Tally = Record<Outcome, number> & Record<(typeof CERTAINTIES)[number], number>;

export const emptyTally = (): Tally => ({
  inside: 0,
  border: 0,
  nearest: 0,
  none: 0,
  error: 0,
  sure: 0,
  doubtful: 0,
  to_check: 0,
});

export function add(tally: Tally, row: Row): void {
  tally[row.outcome] += 1;
  if (row.certainty !== null) tally[row.certainty] += 1;
}

export function passes(row: Row, filter: Filter): boolean {
  switch (filter) {
    case "all":
      return true;
    case "outside":
      return row.outcome === "nearest" || row.outcome === "none";
    case "border":
    case "error":
      return row.outcome === filter;
    default:
      return row.certainty === filter;
  }
}

/** How many rows pass a filter. */
export function passing(tally: Tally, filter: Filter): number {
  switch (filter) {
    case "all":
      return OUTCOMES.reduce((sum, outcome) => sum + tally[outcome], 0);
    case "outside":
      return tally.nearest + tally.none;
    default:
      return tally[filter];
  }
}

/** Three states that a map can show: good, to be looked at, bad. */
export type Standing = "ok" | "due" | "late";

export function standing({ outcome, certainty }: Pick<Row, "outcome" | "certainty">): Standing {
  if (outcome === "error" || outcome === "none") return "late";
  if (certainty !== null) return certainty === "sure" ? "ok" : certainty === "doubtful" ? "due" : "late";
  return outcome === "inside" ? "ok" : "due";
}

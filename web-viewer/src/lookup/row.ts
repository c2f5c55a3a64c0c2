/** One line of the result: what the table shows of an answer, and where the whole answer is kept. */
import type { Answer, BatchAnswer, Certainty, Text } from "../api/types";
import type { LonLat } from "../geo/lon-lat";
import type { Item } from "./stream-items";

export type Outcome = Answer["match"] | "error";

export type Row = {
  /** As people count: the line it was pasted on, or the record of the file. */
  number: number;
  position: LonLat | null;
  outcome: Outcome;
  certainty: Certainty | null;
  /** The grid, or the coarser area that the position lies in at most, or the nearest one. */
  area: { code: string; name: string } | null;
  /** The finest area, when it is finer than `area`. */
  unit: string | null;
  /** How many areas share the footprint. */
  stacked: number;
  person: { name: string; phone: string | null } | null;
  /** To the border; outside, to the nearest area. */
  metres: number | null;
  error: { title: string; detail: Text } | null;
  edition: number | null;
  /** Bytes of the answer in what the server sent. */
  bytes: readonly [start: number, end: number];
};

/** The person for `code`, or else for the finest area that has one. */
function personOf({ responsible, chain }: Answer, code: string | undefined): Row["person"] {
  const codes = new Set(chain.map((step) => step.code));
  const post =
    responsible.find(({ area }) => area === code) ?? responsible.find(({ area }) => codes.has(area)) ?? responsible[0];
  return post === undefined ? null : { name: post.name, phone: post.phone };
}

/** `level` is the one that people call by number: grids. */
export function rowOf(item: Item, number: number, level: string): Row {
  // The boundary: an answer, as the server's OpenAPI document says.
  const record = JSON.parse(item.text) as BatchAnswer;
  const bytes = [item.start, item.end] as const;
  if ("error" in record) {
    const { title, detail, detail_zh } = record.error;
    return {
      number,
      position: null,
      outcome: "error",
      certainty: null,
      area: null,
      unit: null,
      stacked: 0,
      person: null,
      metres: null,
      error: { title, detail: { zh: detail_zh, en: detail } },
      edition: null,
      bytes,
    };
  }
  const { chain, nearest, position, match, margin_m: margin, stacked } = record;
  const at = chain.findIndex((step) => step.level === level);
  const area = at === -1 ? chain.at(-1) : chain[at];
  const finest = chain.at(-1);
  const shown = area ?? nearest ?? null;
  return {
    number,
    position: [position.lon, position.lat],
    outcome: match,
    certainty: record.certainty,
    area: shown === null ? null : { code: shown.code, name: shown.name },
    unit: finest === undefined || finest === area ? null : finest.name,
    stacked: stacked.length,
    person: personOf(record, area?.code),
    metres: margin ?? nearest?.distance_m ?? null,
    error: null,
    edition: record.edition,
    bytes,
  };
}

/** One position that is asked about, and how positions are meant. */
import type { LonLat } from "../geo/lon-lat";

/** The ways an accuracy can be meant; the first is what the server takes it for when nothing is said. */
export const ACCURACY_KINDS = ["android", "w3c", "ios", "uniform"] as const;
export type AccuracyKind = (typeof ACCURACY_KINDS)[number];

export type Accuracy = { metres: number; kind: AccuracyKind };

/** What is taken for the reference system when none is named; the server does the same. */
export const DEFAULT_CRS = "EPSG:4490";
/** The server refuses anything less accurate, in metres. */
export const MAX_ACCURACY_M = 2000;

export type Meaning = {
  crs: string;
  accuracy: Accuracy | null;
  /** The edition to answer from, the one in force when `null`. */
  edition: number | null;
  /** The time to answer for instead; only while the server is asked, links name an edition. */
  as_of?: string | null;
};

/** One position to be looked up, as it was given; or an address, which tells its position itself. */
export type Question = Meaning & ({ at: LonLat; address?: undefined } | { address: string; at?: undefined });

/** Longer texts are no address; the server refuses them. */
export const MAX_ADDRESS_CHARACTERS = 200;

export const addressQuestion = (address: string): Question => ({
  address,
  crs: DEFAULT_CRS,
  accuracy: null,
  edition: null,
});

/** Reads an accuracy as typed: nothing is none, anything but a number that the server takes is `undefined`. */
export function parseAccuracy(text: string, kind: AccuracyKind): Accuracy | null | undefined {
  const written = text.trim().replace(/\s*(m|米)$/i, "");
  if (written === "") return null;
  const metres = Number(written);
  return Number.isFinite(metres) && metres > 0 && metres <= MAX_ACCURACY_M ? { metres, kind } : undefined;
}

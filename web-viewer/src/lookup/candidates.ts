/** What the address that was asked for may mean; stays while one goes through the candidates. */
import { signal } from "@preact/signals";
import type { AddressCandidate, AddressFound } from "../api/types";
import { addressQuestion, DEFAULT_CRS, type Question } from "./question";

export type Found = AddressFound & { asked: string };

export const candidates = signal<Found | null>(null);

/** What a candidate is asked by: the first by the address, which tells rooms and stairs apart; others by where they are. */
export function questionOf({ asked }: { asked: string }, candidate: AddressCandidate, at: number): Question {
  if (at === 0) return addressQuestion(asked);
  const { lon, lat } = candidate.position;
  return { at: [lon, lat], crs: DEFAULT_CRS, accuracy: null, edition: null };
}

/** The candidate that a question is about; -1 when it is about none of them. */
export function candidateAt(found: Found, question: Question | null): number {
  if (question === null) return -1;
  const { address, at } = question;
  if (at === undefined) return address === found.asked ? 0 : -1;
  return found.candidates.findIndex(({ position }) => position.lon === at[0] && position.lat === at[1]);
}

/** The parts of what was said that are in the data as they were said, or nearly so, and those that are not. */
export function partsOf({ matched, missing }: AddressCandidate): { found: string[]; missing: string[] } {
  return {
    found: matched.map(({ said, found, how }) => (how === "exact" || said === found ? said : `${said}→${found}`)),
    missing: missing.map(({ said }) => said),
  };
}

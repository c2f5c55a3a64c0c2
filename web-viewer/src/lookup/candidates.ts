/** What the address that was asked for may mean; stays while one goes through the candidates. */
import { signal } from "@preact/signals";
import type { AddressCandidate, AddressFound, Answer } from "../api/types";
import { addressQuestion, DEFAULT_CRS, type Question } from "./question";

export type Found = AddressFound & {
  asked: string;
  /** Index of the candidate that was chosen last. */
  chosen: number;
};

export const candidates = signal<Found | null>(null);

/** What a candidate is asked by: the first by what was said, which tells rooms apart; others by the address that they have. */
export const questionOf = ({ asked }: { asked: string }, { text }: AddressCandidate, at: number): Question =>
  addressQuestion(at === 0 ? asked : text);

/** The candidate that a question is about; -1 when it is about none of them. Of those with one address it is the chosen one. */
export function candidateAt(found: Found, question: Question | null): number {
  const address = question?.address;
  if (address === undefined) return -1;
  const isIt = (candidate: AddressCandidate, at: number) => questionOf(found, candidate, at).address === address;
  const chosen = found.candidates[found.chosen];
  if (chosen !== undefined && isIt(chosen, found.chosen)) return found.chosen;
  return found.candidates.findIndex(isIt);
}

const isSame = (one: AddressCandidate | undefined, other: AddressCandidate | undefined): boolean =>
  one?.text === other?.text && one?.position.lon === other?.position.lon && one?.position.lat === other?.position.lat;

/** The list after an answer to `asked` has come: the same one, as long as one goes through it. */
export function listAfter(known: Found | null, asked: string, address: AddressFound): Found {
  if (known === null || candidateAt(known, addressQuestion(asked)) === -1) return { ...address, asked, chosen: 0 };
  if (known.asked !== asked) return known;
  const stays = isSame(address.candidates[known.chosen], known.candidates[known.chosen]);
  return { ...address, asked, chosen: stays ? known.chosen : 0 };
}

/** The candidate that was chosen, when the answer is that of another one: several have the same address. */
export function meantInstead(found: Found | null, question: Question, { address }: Answer): AddressCandidate | null {
  const at = found === null ? -1 : candidateAt(found, question);
  const meant = found?.candidates[at];
  // Whatever was said, the first is what it was said for.
  return at <= 0 || meant === undefined || isSame(meant, address?.candidates[0]) ? null : meant;
}

/** Where a candidate is. */
export const positionOf = ({ position: { lon, lat } }: AddressCandidate): Question => ({
  at: [lon, lat],
  crs: DEFAULT_CRS,
  accuracy: null,
  edition: null,
});

/** Kinds of candidates that are no point: who answers for them is not who answers for the position that they are shown at. */
const WIDE = ["stacked", "estate", "road", "area"];

/** The answer for where a candidate is, cut down to what the candidate is, as the server does for an address. */
export function narrowed(answer: Answer, { kind, code }: AddressCandidate): Answer {
  if (code === null || !WIDE.includes(kind)) return answer;
  const at = answer.chain.findIndex((step) => step.code === code);
  const unit = answer.stacked.find((step) => step.code === code);
  if (at === -1 && unit === undefined) return answer;
  const chain = at === -1 && unit !== undefined ? [...answer.chain, unit] : answer.chain.slice(0, at + 1);
  const codes = new Set(chain.map((step) => step.code));
  const none = { margin_m: null, on_border: false, runner_up: null, nearest: null, co_owners: [] };
  return {
    ...answer,
    ...(kind === "stacked" ? {} : none),
    chain,
    stacked: [],
    answer_level: chain.at(-1)?.level ?? null,
    // Whoever answers for a place there answers for that place, which is not what was meant.
    responsible: answer.responsible.filter(({ area, place }) => codes.has(area) && !place),
    channels: (answer.channels ?? []).filter(({ area }) => codes.has(area)),
  };
}

/** The parts of what was said that are in the data as they were said, or nearly so, and those that are not. */
export function partsOf({ matched, missing }: AddressCandidate): { found: string[]; missing: string[] } {
  return {
    found: matched.map(({ said, found, how }) => (how === "exact" || said === found ? said : `${said}→${found}`)),
    missing: missing.map(({ said }) => said),
  };
}

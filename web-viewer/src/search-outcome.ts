/** What a search has brought: areas by name or code, and below them addresses. */
import type { Failure } from "./api/client";
import type { Remote } from "./api/remote";
import type { AddressCandidate, FoundArea, FoundAreas } from "./api/types";

/** Longer texts are no name and no code of an area; the server refuses them. */
const MAX_AREA_CHARACTERS = 64;

export const mayBeArea = (text: string): boolean => [...text].length <= MAX_AREA_CHARACTERS;

export type Outcome =
  | { kind: "idle" }
  | { kind: "loading" }
  | {
      kind: "ready";
      areas: FoundArea[];
      /** How many areas there are. */
      total: number;
      addresses: AddressCandidate[];
      /** Why there may be more than this. */
      failed: { of: "areas" | "addresses"; failure: Failure } | null;
    };

/** One search that fails does not hide what the other finds. Addresses wait for the areas, which stand above them. */
export function outcomeOf(areas: Remote<FoundAreas>, addresses: Remote<AddressCandidate[]>): Outcome {
  if (areas.kind === "idle" && addresses.kind === "idle") return { kind: "idle" };
  const found = areas.kind === "ready" ? areas.value : null;
  const meant = addresses.kind === "ready" ? addresses.value : [];
  const isEmpty = (found?.items.length ?? 0) === 0 && meant.length === 0;
  if (areas.kind === "loading" || (addresses.kind === "loading" && isEmpty)) return { kind: "loading" };
  const failed =
    areas.kind === "failed"
      ? { of: "areas" as const, failure: areas.failure }
      : addresses.kind === "failed"
        ? { of: "addresses" as const, failure: addresses.failure }
        : null;
  return { kind: "ready", areas: found?.items ?? [], total: found?.numberMatched ?? 0, addresses: meant, failed };
}

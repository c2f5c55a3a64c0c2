/** Which edition the page shows: the one in force, or another that the address names by number or by a time. */
import { batch, computed, effect, signal } from "@preact/signals";
import { api, type Failure } from "./api/client";
import { loader } from "./api/remote";
import type { Edition, Editions, FoundAreas } from "./api/types";
import { endOfDay } from "./format";
import { type Seen, seenIn } from "./seen";
import { type State, state, transact } from "./state";
import type { When } from "./url-state";

export const editions = loader<Editions>();

/** Number of the edition that everything on the page is of; `null` for the one in force, `undefined` until that is known. */
export const viewed = signal<number | null | undefined>(state.peek().when === null ? null : undefined);
/** The time that the address names, once it is known to lead to that edition: who answers is told as it was then. */
export const viewedAt = signal<string | null>(null);

/** How the server is asked for what the page shows; `undefined` until that is known. */
export const seen = computed((): Seen | undefined => {
  if (viewed.value === undefined) return undefined;
  return viewedAt.value === null ? seenIn(viewed.value) : { edition: null, as_of: viewedAt.value };
});

/** Puts the page on an edition, or on a time and the edition in force then. */
export const show = (edition: number | null, at: string | null): void =>
  batch(() => {
    viewed.value = edition;
    viewedAt.value = at;
  });

/** What the address names is no edition: why. The page then shows the one in force. */
export const notViewed = signal<{ when: When; failure: Failure } | null>(null);

/** What the list says of the edition that is viewed, when it is not the one in force. */
export const viewedEdition = computed((): Edition | null => {
  const remote = editions.state.value;
  const number = viewed.value;
  if (remote.kind !== "ready" || number === null || number === undefined) return null;
  return remote.value.items.find((edition) => edition.number === number) ?? null;
});

/** The state that looks at `when`; a cited answer does not hold it back. */
export const lookingAt =
  (when: When | null) =>
  (before: State): State => ({ ...before, when, ask: before.ask === null ? null : { ...before.ask, edition: null } });
export const look = (when: When | null): void => transact(lookingAt(when));
export const lookAtEdition = (number: number): void => look({ kind: "edition", text: String(number) });
/** Whoever names a day means all of it: what took force on it is seen. */
export const lookAtDay = (day: string, timeZone: string): void =>
  look({ kind: "as_of", text: endOfDay(day, timeZone) });
export const lookAtNow = (): void => look(null);

/** The address of a tile, of the edition that is viewed. */
export function tileUrl(url: string, edition: number | null | undefined): string {
  if (edition === null || edition === undefined) return url;
  return url.replace(/(?<!\/editions\/\d+)\/tiles\/areas\/(?=\d+\/)/, `/editions/${edition}/tiles/areas/`);
}

const found = loader<FoundAreas>();

/** Starts to follow the address. */
export function followWhen(): void {
  void editions.load(api.editions);
  // By what it says: a new object that says the same is nothing new.
  const named = computed(() => {
    const { when } = state.value;
    return when === null ? null : JSON.stringify(when);
  });
  effect(() => {
    const text = named.value;
    notViewed.value = null;
    if (text === null) {
      found.clear();
      show(null, null);
      return;
    }
    const { kind, text: written } = JSON.parse(text) as When;
    void found.load((signal) => api.search({ limit: 1, [kind]: written }, signal));
  });
  effect(() => {
    const remote = found.state.value;
    const { when } = state.peek();
    if (when === null || remote.kind === "idle" || remote.kind === "loading") return;
    if (remote.kind === "ready") show(remote.value.edition, when.kind === "as_of" ? when.text : null);
    else {
      notViewed.value = { when, failure: remote.failure };
      show(null, null);
    }
  });
}

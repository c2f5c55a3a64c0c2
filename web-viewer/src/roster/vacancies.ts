/** Which posts of the area that is shown want somebody. */
import { computed, effect, untracked } from "@preact/signals";
import { api } from "../api/client";
import { loader } from "../api/remote";
import type { Vacancies, Vacancy } from "../api/types";
import { seen } from "../editions";
import { answered } from "../lookup/asked";
import { area as card } from "../resources";
import type { Seen } from "../seen";
import { state } from "../state";

/** Those of the area itself come first; it has not more roles than this. */
const LIMIT = 20;

export const vacancies = loader<Vacancies>();

/** Those of the area itself, and how many lie inside of it: whatever else the server lists for an area does. */
export function splitAt(code: string, { items, numberMatched }: Vacancies): { own: Vacancy[]; inside: number } {
  const own = items.filter(({ area }) => area.code === code);
  return { own, inside: numberMatched - own.length };
}

/** Of an area that is known to be there: an unknown code is told once, by the card. */
function onCard(): { code: string; when: Seen } | null {
  if (state.value.screen === "lookup") return answered.value;
  const shown = card.state.value;
  const when = seen.value;
  return shown.kind === "ready" && when !== undefined ? { code: shown.value.area.code, when } : null;
}

/** Starts to follow the area of the card that stands on the right. */
export function followVacancies(): void {
  // As text, so that the same is not asked for again.
  const question = computed((): string => JSON.stringify(onCard()));
  effect(() => {
    const asked = JSON.parse(question.value) as ReturnType<typeof onCard>;
    untracked(() => {
      if (asked === null) return vacancies.clear();
      const members = { area: asked.code, role: null, limit: LIMIT, after: 0, ...asked.when };
      void vacancies.load((signal) => api.vacancies(members, signal));
    });
  });
}

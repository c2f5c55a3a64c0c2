/** Which posts of the area that is shown want somebody. */
import { computed, effect, untracked } from "@preact/signals";
import { api } from "../api/client";
import { loader } from "../api/remote";
import type { Vacancies } from "../api/types";
import { viewed } from "../editions";
import { answer } from "../lookup/asked";
import { area as card } from "../resources";
import { state } from "../state";

/** Those of the area itself come first; it has not more roles than this. */
const LIMIT = 20;

export const vacancies = loader<Vacancies>();

/** Starts to follow the area of the card that stands on the right. */
export function followVacancies(): void {
  const code = computed((): string | null => {
    // Of an area that is known to be there: an unknown code is told once, by the card.
    if (state.value.screen !== "lookup") {
      const shown = card.state.value;
      return shown.kind === "ready" ? shown.value.area.code : null;
    }
    const remote = answer.state.value;
    return remote.kind === "ready" ? (remote.value.chain.at(-1)?.code ?? null) : null;
  });
  effect(() => {
    const [area, edition] = [code.value, viewed.value];
    untracked(() => {
      if (area === null || edition === undefined) vacancies.clear();
      else
        void vacancies.load((signal) => api.vacancies({ area, role: null, limit: LIMIT, after: 0, edition }, signal));
    });
  });
}

/** Which posts of the area that is shown want somebody. */
import { computed, effect, untracked } from "@preact/signals";
import { api } from "../api/client";
import { loader } from "../api/remote";
import type { Vacancies } from "../api/types";
import { viewed } from "../editions";
import { answer } from "../lookup/asked";
import { state } from "../state";

/** Those of the area itself come first; it has not more roles than this. */
const LIMIT = 20;

export const vacancies = loader<Vacancies>();

/** Starts to follow the area of the card that stands on the right. */
export function followVacancies(): void {
  const code = computed((): string | null => {
    const { screen, selected } = state.value;
    if (screen !== "lookup") return selected;
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

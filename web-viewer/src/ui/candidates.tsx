/** What an address may mean: each candidate with what of the address it has and what it has not. */
import type { AddressCandidate } from "../api/types";
import { t } from "../i18n/translate";
import type { Key } from "../i18n/zh";
import { choose } from "../lookup/asked";
import { candidateAt, candidates, partsOf } from "../lookup/candidates";
import { state } from "../state";
import { percent } from "./answer-trust";
import { moveFocus } from "./list-keys";

const KINDS: Record<string, Key> = {
  stacked: "address.kind.stacked",
  building: "address.kind.building",
  place: "address.kind.place",
  estate: "address.kind.estate",
  road: "address.kind.road",
  area: "address.kind.area",
};

export const kindName = (kind: string): string => {
  const key = KINDS[kind];
  return key === undefined ? kind : t(key);
};

/** The two or three lines of a candidate; the whole row is a button or an option of whoever shows it. */
export function CandidateLines({ candidate }: { candidate: AddressCandidate }) {
  const { found, missing } = partsOf(candidate);
  return (
    <>
      <span class="name">{candidate.text}</span>
      <span class="level quiet">
        {kindName(candidate.kind)} · {percent(candidate.score)}
      </span>
      <span class="under quiet">
        {t("address.matched", { parts: found.join(t("list.and")) })}
        {candidate.stacked.length > 0 && ` · ${t("address.stacked", { count: candidate.stacked.length })}`}
      </span>
      {missing.length > 0 && (
        <span class="under state due">{t("address.missing", { parts: missing.join(t("list.and")) })}</span>
      )}
    </>
  );
}

export function Candidates() {
  const found = candidates.value;
  if (found === null) return null;
  const at = candidateAt(found, state.value.ask);
  const clear = () => {
    candidates.value = null;
  };
  return (
    <section class="address-found" aria-label={t("address.title")} data-testid="candidates">
      <p class="results-head">
        <strong role="status">{t("address.found", { text: found.asked, count: found.candidates.length })}</strong>
        <button type="button" class="plain" onClick={clear}>
          {t("lookup.clear")}
        </button>
      </p>
      {found.ambiguous && <p class="verdict border small">{t("address.ambiguous")}</p>}
      <ul class="list" onKeyDown={moveFocus}>
        {found.candidates.map((candidate, index) => (
          <li key={`${index} ${candidate.text}`}>
            <button type="button" class="row" aria-pressed={index === at} onClick={() => choose(index)}>
              <CandidateLines candidate={candidate} />
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** How surely a position belongs where it was put: the verdict, and the areas its error circle reaches. */
import type { Answer, Candidate } from "../api/types";
import { count, distance } from "../format";
import { say, t } from "../i18n/translate";
import type { Accuracy } from "../lookup/question";
import { levelName, visit } from "../resources";

/** Candidates shown; of the others, how many they are and what they have together. */
const MOST = 6;

/** `87.3 %`; what is not quite all or nothing never looks as if it were. */
export function percent(share: number): string {
  const value = share * 100;
  if (value > 0 && value < 0.1) return "<0.1 %";
  if (value < 100 && value > 99.9) return ">99.9 %";
  return `${value.toFixed(value === 100 || value === 0 ? 0 : 1)} %`;
}

function Bar({ candidate: { code, name, share } }: { candidate: Candidate }) {
  return (
    <li class="candidate">
      {code === null ? (
        <span class="quiet">{t("lookup.candidateOutside")}</span>
      ) : (
        <button type="button" class="plain" title={code} onClick={() => visit(code)}>
          {name || code}
        </button>
      )}
      <span class="number">{percent(share)}</span>
      <span class="share" aria-hidden="true">
        <i style={{ width: `${Math.max(0.5, share * 100)}%` }} />
      </span>
    </li>
  );
}

/** The candidates behind those that are shown: how many, and their share together. */
export function others({ candidates, candidates_omitted: omitted }: Pick<Answer, "candidates" | "candidates_omitted">) {
  const hidden = candidates.slice(MOST);
  const share = hidden.reduce((sum, candidate) => sum + candidate.share, omitted?.share ?? 0);
  return { count: hidden.length + (omitted?.count ?? 0), share };
}

export function Trust({ answer, accuracy }: { answer: Answer; accuracy: Accuracy | null }) {
  const { certainty, candidates, answer_level: level } = answer;
  if (certainty === null) return null;
  const rest = others(answer);
  const isOutside = certainty === "sure" && answer.chain.length === 0;
  return (
    <section class="trust" data-testid="trust">
      <p class="code-line">
        <strong class={`match ${certainty}`}>{t(`certainty.${certainty}`)}</strong>
        {level !== null && <span class="quiet small">{t("lookup.answerLevel", { level: say(levelName(level)) })}</span>}
      </p>
      <p class="small">{t(isOutside ? "certainty.outsideText" : `certainty.${certainty}Text`)}</p>
      {candidates.length > 0 && (
        <>
          <h3>
            {t("lookup.candidates")}
            {accuracy !== null && (
              <span class="accuracy-is">
                {t("lookup.accuracyIs", {
                  metres: distance(accuracy.metres),
                  kind: t(`lookup.kind.${accuracy.kind}`),
                })}
              </span>
            )}
          </h3>
          <ul class="candidates">
            {candidates.slice(0, MOST).map((candidate) => (
              <Bar key={candidate.code} candidate={candidate} />
            ))}
          </ul>
          {rest.count > 0 && (
            <p class="quiet small" data-testid="other-candidates">
              {t("lookup.otherCandidates", { count: count(rest.count), share: percent(rest.share) })}
            </p>
          )}
        </>
      )}
    </section>
  );
}

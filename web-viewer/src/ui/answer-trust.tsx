/** How surely a position belongs where it was put: the verdict, and the areas its error circle reaches. */
import type { Answer, Candidate } from "../api/types";
import { distance } from "../format";
import { say, t } from "../i18n/translate";
import type { Accuracy } from "../lookup/question";
import { levelName, visit } from "../resources";

/** Candidates shown; shares below the last of them no longer matter. */
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

export function Trust({ answer, accuracy }: { answer: Answer; accuracy: Accuracy | null }) {
  const { certainty, candidates, answer_level: level } = answer;
  if (certainty === null) return null;
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
        </>
      )}
    </section>
  );
}

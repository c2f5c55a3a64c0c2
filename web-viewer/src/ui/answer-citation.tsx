/** Where the answer comes from, and how to get the very same one again. */
import { lookupPath } from "../api/client";
import type { Answer } from "../api/types";
import { degrees } from "../format";
import { t } from "../i18n/translate";
import { ask } from "../lookup/asked";
import { candidates, meantInstead, positionOf } from "../lookup/candidates";
import type { Question } from "../lookup/question";
import { loadedProfile } from "../resources";
import { state } from "../state";
import { formatAddress } from "../url-state";
import { Copy } from "./area-parts";

/** For a shell: in single quotes nothing but the quote itself means anything. */
export const curlOf = (url: string): string => `curl '${url.replaceAll("'", "%27")}'`;

export function Citation({ answer, question }: { answer: Answer; question: Question }) {
  const { lon, lat } = answer.position;
  // Its address would lead to another one of the same address.
  const meant = meantInstead(candidates.value, question, answer);
  const cited = { ...(meant === null ? question : positionOf(meant)), edition: answer.edition, as_of: null };
  const address = formatAddress({ ...state.value, screen: "lookup", selected: null, ask: cited });
  const { origin } = window.location;
  const current = loadedProfile.value?.edition?.number ?? null;
  const follow = (event: MouseEvent) => {
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    ask(cited, false);
  };
  return (
    <section>
      <h3>{t("lookup.cite")}</h3>
      {current !== null && current !== answer.edition && (
        <p class="verdict nearest" role="note">
          {t("lookup.pastEdition", { number: answer.edition, current })}
        </p>
      )}
      <p class="code-line">
        <a href={address} onClick={follow} title={t("lookup.citeText", { number: answer.edition })} data-testid="cite">
          {t("bar.edition", { number: answer.edition })}
        </a>
        <span class="mono quiet">
          {degrees(lon)}, {degrees(lat)}
        </span>
      </p>
      <p class="code-line">
        <Copy text={origin + address} label={t("lookup.copyLink")} />
        <Copy text={JSON.stringify(answer, null, 2)} label={t("lookup.copyJson")} />
        <Copy text={curlOf(origin + lookupPath(cited))} label={t("lookup.copyCurl")} />
      </p>
    </section>
  );
}

/** Says that the page shows another edition than the one in force, or that the one named in the address cannot be shown. */
import type { Profile } from "../api/types";
import { lookAtNow, notViewed, viewed, viewedEdition } from "../editions";
import { date, time } from "../format";
import { t } from "../i18n/translate";
import { state } from "../state";
import { reason } from "./status";

function ToNow() {
  return (
    <button type="button" class="primary" onClick={lookAtNow} data-testid="to-now">
      {t("edition.toNow")}
    </button>
  );
}

export function EditionBanner({ profile }: { profile: Profile }) {
  const current = profile.edition?.number ?? 0;
  const trouble = notViewed.value;
  if (trouble !== null) {
    const named = t(trouble.when.kind === "edition" ? "edition.badNumber" : "edition.badTime", {
      text: trouble.when.text,
    });
    // The server's own words are for who writes requests; whoever changed an address needs to know how it is written.
    const why =
      trouble.failure.status === 400
        ? t(trouble.when.kind === "edition" ? "edition.howNumber" : "edition.howTime")
        : reason(trouble.failure);
    return (
      <div class="edition-banner late" role="alert" data-testid="edition-banner">
        <p>
          <strong class="state late">{named}</strong>
          <span>{why}</span>
          <span class="quiet">{t("edition.showsNow", { current })}</span>
        </p>
        <ToNow />
      </div>
    );
  }
  const number = viewed.value;
  if (typeof number !== "number" || number === current) return null;
  const edition = viewedEdition.value;
  const zone = profile.time_zone;
  const at = edition === null ? null : new Date(edition.effective_from);
  const { when } = state.value;
  return (
    <div class="edition-banner due" role="status" data-testid="edition-banner">
      <p>
        <strong class="state due">{t("edition.viewing", { number })}</strong>
        {at !== null && (
          <span>
            {t(edition?.state === "scheduled" ? "edition.willBe" : "edition.since", {
              at: `${date(at, zone)} ${time(at, zone)}`,
            })}
          </span>
        )}
        {when?.kind === "as_of" && <span>{t("edition.asOf", { text: when.text })}</span>}
        <span class="quiet">{t("edition.notNow", { current })}</span>
        {edition !== null && edition.title !== "" && <span class="quiet title">{edition.title}</span>}
      </p>
      <ToNow />
    </div>
  );
}

/** Says that a new edition is in force, and goes by itself. */
import { t } from "../i18n/translate";
import { announced, dismiss } from "../live/live";

export function LiveNotice() {
  const now = announced.value;
  return (
    <div role="status">
      {now !== null && (
        <p class="live-notice" data-testid="live-notice">
          <span class="state ok">{t("live.edition", { number: now.edition })}</span>
          {now.title !== "" && <span class="quiet title">{now.title}</span>}
          <button type="button" class="plain" aria-label={t("card.close")} onClick={dismiss}>
            ×
          </button>
        </p>
      )}
    </div>
  );
}

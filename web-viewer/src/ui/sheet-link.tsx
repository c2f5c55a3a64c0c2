import { sheetPath } from "../api/client";
import { t } from "../i18n/translate";
import type { Seen } from "../seen";

/** The way to an area's sheet (一套表), to be read and printed. */
export function SheetLink({ code, when }: { code: string; when: Seen }) {
  return (
    <a
      class="plain"
      href={sheetPath(code, when)}
      target="_blank"
      rel="noopener"
      title={t("card.sheetText", { code })}
      data-testid="sheet"
    >
      {t("card.sheet")}
    </a>
  );
}

import { sheetPath } from "../api/client";
import { viewed } from "../editions";
import { t } from "../i18n/translate";

/** The way to an area's sheet (一套表), to be read and printed. */
export function SheetLink({ code }: { code: string }) {
  return (
    <a
      class="plain"
      href={sheetPath(code, viewed.value ?? null)}
      target="_blank"
      rel="noopener"
      title={t("card.sheetText", { code })}
      data-testid="sheet"
    >
      {t("card.sheet")}
    </a>
  );
}

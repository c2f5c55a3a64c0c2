/** What a posting is for, in words. */
import type { Posting } from "../api/types";
import { t } from "../i18n/translate";

/** A place by its number, or an area by its name. */
export function placeOf({ area, place }: Pick<Posting, "area" | "place">): string {
  if (place !== null) return t("roster.place", { number: place });
  return area?.name ?? t("roster.noArea");
}

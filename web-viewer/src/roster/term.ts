/** From when to when a posting holds. */
import type { Posting } from "../api/types";
import { date, time } from "../format";
import { t } from "../i18n/translate";

const MIDNIGHT = "00:00";

/** When a posting begins: the time is told when it is not the beginning of a day. */
function firstOf(text: string, zone: string): string {
  const instant = new Date(text);
  const clock = time(instant, zone);
  return clock === MIDNIGHT ? date(instant, zone) : `${date(instant, zone)} ${clock}`;
}

/** When it ends, which is no longer part of it: whatever ends with a day is told by that day. */
function lastOf(text: string, from: string | null | undefined, zone: string): string {
  const instant = new Date(text);
  const clock = time(instant, zone);
  if (clock === MIDNIGHT) return date(new Date(instant.getTime() - 1), zone);
  const day = date(instant, zone);
  return from && date(new Date(from), zone) === day ? clock : `${day} ${clock}`;
}

/** From when to when; the words of those without a beginning or an end. */
export function term(
  { valid_from: from, valid_to: to }: Pick<Posting, "valid_from" | "valid_to">,
  zone: string,
): string {
  const first = from ? firstOf(from, zone) : null;
  const last = to ? lastOf(to, from, zone) : null;
  if (first === null && last === null) return t("roster.always");
  if (last === null) return t("roster.since", { from: first ?? "" });
  return first === null ? t("roster.until", { to: last }) : t("roster.fromTo", { from: first, to: last });
}

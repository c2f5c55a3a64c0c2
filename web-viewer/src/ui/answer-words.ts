/** Answers in words, for the card and the table. */
import type { Answer } from "../api/types";
import { count, distance, wind } from "../format";
import { say, t } from "../i18n/translate";
import { levelName, loadedProfile } from "../resources";

/** Text of the notice limit, for the card of an answer outside everything. */
const limitText = (): string => distance(loadedProfile.value?.nearest_limit_m ?? 0);

export const levelText = (ids: string[]): string => ids.map((id) => say(levelName(id))).join(t("list.and"));

/** The direction in words. */
const towards = (bearing: number): string => t(`compass.${wind(bearing)}`);

/** The level of the stacked areas of an answer. */
const stackLevel = ({ stacked }: Answer): string => levelText(stacked.slice(0, 1).map(({ level }) => level));

/** The half in the reader's language of the server's title, which has both: `参数有误 / A parameter is wrong`. */
export function titleOf(title: string): string {
  const [zh = title, en = title] = title.split(" / ");
  return say({ zh, en });
}

/** One sentence on everything that is not simply inside one area. */
export function verdict(answer: Answer): string | null {
  const { nearest, stacked, chain } = answer;
  if (nearest && answer.on_border) return t("lookup.borderOuter");
  if (nearest) {
    const where = { distance: distance(nearest.distance_m), towards: towards(nearest.bearing_deg) };
    return t("lookup.near", where);
  }
  if (answer.match === "none") return t("lookup.outside", { limit: limitText() });
  const name = chain.at(-1)?.name ?? "";
  if (stacked.length > 0) return t("lookup.stackedHere", { count: stacked.length, level: stackLevel(answer), name });
  if (answer.match !== "border") return null;
  return t(answer.co_owners.length > 0 ? "lookup.border" : "lookup.borderOuter");
}

/** A short time in words: seconds below two minutes, with a digit when it is very short. */
export function duration(seconds: number): string {
  if (seconds >= 119.5) return t("duration.minutes", { count: count(Math.round(seconds / 60)) });
  return t("duration.seconds", { count: seconds < 9.95 ? seconds.toFixed(1) : count(Math.round(seconds)) });
}

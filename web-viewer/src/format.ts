/** Numbers, areas and times as the screens write them. */

/** No-break space: a number and its unit stay on one line. */
const JOIN = "\u00a0";
/** From here on areas are written in square kilometres. */
const KM2_FROM_M2 = 100_000;

const grouped = (value: number, digits: number): string =>
  value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });

export const count = (value: number): string => grouped(value, 0);

/** `7.52 km²`, or `1,640 m²` for small areas. */
export function area(m2: number): string {
  return m2 >= KM2_FROM_M2 ? `${grouped(m2 / 1e6, 2)}${JOIN}km²` : `${grouped(m2, 0)}${JOIN}m²`;
}

/** `12.3 m`, centimetres below one metre, whole metres from 100 on, kilometres from 10,000 on. */
export function distance(m: number): string {
  if (m >= 10_000) return `${grouped(m / 1000, 1)}${JOIN}km`;
  if (m > 0 && m < 1) return `${grouped(m, 2)}${JOIN}m`;
  return `${grouped(m, m > 0 && m < 100 ? 1 : 0)}${JOIN}m`;
}

/** The eight winds, clockwise from north. */
export type Wind = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7;
const WINDS: Wind[] = [0, 1, 2, 3, 4, 5, 6, 7];

export const wind = (bearing: number): Wind => WINDS[((Math.round(bearing / 45) % 8) + 8) % 8] ?? 0;

export const degrees = (value: number): string => value.toFixed(6);

const parts = (instant: Date, timeZone: string): Map<string, string> =>
  new Map(
    new Intl.DateTimeFormat("en-CA", {
      timeZone,
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
    })
      .formatToParts(instant)
      .map(({ type, value }) => [type, value]),
  );

/** `2026-11-21` in the district's own time. */
export function date(instant: Date, timeZone: string): string {
  const part = parts(instant, timeZone);
  return `${part.get("year")}-${part.get("month")}-${part.get("day")}`;
}

/** `14:10` in the district's own time. */
export function time(instant: Date, timeZone: string): string {
  const part = parts(instant, timeZone);
  return `${part.get("hour")}:${part.get("minute")}`;
}

/** The last second of a day (`2026-11-21`) in the district's own time, as RFC 3339. */
export function endOfDay(day: string, timeZone: string): string {
  const noon = new Date(`${day}T12:00:00Z`);
  const zoned = new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset" }).formatToParts(noon);
  const name = zoned.find(({ type }) => type === "timeZoneName")?.value ?? "GMT";
  return `${day}T23:59:59${name.slice("GMT".length) || "Z"}`;
}

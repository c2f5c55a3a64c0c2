/** The part of the state that an address carries, so that a view can be sent to a colleague. */
import type { LonLat } from "./geo/lon-lat";
import { ACCURACY_KINDS, addressQuestion, DEFAULT_CRS, MAX_ADDRESS_CHARACTERS, type Question } from "./lookup/question";
import type { Roster } from "./roster/roster";
import { ROSTER_TABS } from "./roster/roster";

export const SCREENS = ["command", "lookup", "planner", "admin"] as const;
export type Screen = (typeof SCREENS)[number];
export const LOCALES = ["zh", "en"] as const;
export type Locale = (typeof LOCALES)[number];
export const THEMES = ["dark", "light"] as const;
export type Theme = (typeof THEMES)[number];

export type View = { center: LonLat; zoom: number };

/** The edition that everything on the page is of: by its number, or the one in force at a time; as written, the server judges it. */
export type When = { kind: "edition" | "as_of"; text: string };

/** Two editions side by side, and what is left of the list; as written. */
export type Compare = { pair: string; change: string | null; level: string | null };

export type Address = {
  screen: Screen;
  /** `null` for the edition in force now. */
  when: When | null;
  view: View | null;
  selected: string | null;
  /** The position that is being looked up; only on the screen for that. */
  ask: Question | null;
  /** The editions that are compared; only on the first screen. */
  compare: Compare | null;
  /** The roster list and its filters; only on the first screen, and not beside a comparison. */
  roster: Roster | null;
  /** What the map leaves out: ids of levels, `places`, `labels`. */
  hidden: readonly string[];
  locale: Locale | null;
  theme: Theme | null;
};

const MAX_ZOOM = 24;

function among<Word extends string>(words: readonly Word[], text: string | null | undefined): Word | null {
  return words.find((word) => word === text) ?? null;
}

/** Reads `#zoom/lat/lon`; anything else is no view. */
function parseView(hash: string): View | null {
  const numbers = hash.replace(/^#/, "").split("/");
  if (numbers.length !== 3 || numbers.some((number) => number.trim() === "")) return null;
  const [zoom, lat, lon] = numbers.map(Number);
  if (zoom === undefined || lat === undefined || lon === undefined) return null;
  const inside = zoom >= 0 && zoom <= MAX_ZOOM && Math.abs(lat) <= 90 && Math.abs(lon) <= 180;
  return inside ? { center: [lon, lat], zoom } : null;
}

/** Ids in `hide`; more than that nobody has switched off by hand. */
const MAX_HIDDEN = 32;

/** Longer texts name no edition and no time. */
const MAX_WHEN_CHARACTERS = 64;

const short = (text: string | null): string => text?.trim().slice(0, MAX_WHEN_CHARACTERS) ?? "";

function parseWhen(members: URLSearchParams): When | null {
  for (const kind of ["edition", "as_of"] as const) {
    const text = short(members.get(kind));
    if (text !== "") return { kind, text };
  }
  return null;
}

function parseCompare(members: URLSearchParams): Compare | null {
  const pair = short(members.get("compare"));
  if (pair === "") return null;
  return { pair, change: short(members.get("change")) || null, level: short(members.get("level")) || null };
}

const MAX_TEXT_CHARACTERS = 64;

function parseRoster(members: URLSearchParams): Roster | null {
  const tab = among(ROSTER_TABS, members.get("roster"));
  if (tab === null || parseCompare(members) !== null) return null;
  const text = (members.get("name") ?? "").slice(0, MAX_TEXT_CHARACTERS);
  return { tab, text, role: short(members.get("role")) || null, area: short(members.get("in")) || null };
}

const positive = (text: string | null): number | null => {
  const value = text === null || text.trim() === "" ? Number.NaN : Number(text);
  return Number.isFinite(value) && value > 0 ? value : null;
};

/** Reads the members that `GET /lookup` has as well, with both coordinates in `at`; without them and an address nothing is asked. */
function parseQuestion(members: URLSearchParams): Question | null {
  const [x, y, ...more] = (members.get("at") ?? "")
    .split(",")
    .map((text) => (text.trim() === "" ? Number.NaN : Number(text)));
  const edition = positive(members.get("edition"));
  const named = Number.isInteger(edition) ? edition : null;
  const address = (members.get("address") ?? "").trim().slice(0, MAX_ADDRESS_CHARACTERS);
  if (address !== "") return { ...addressQuestion(address), edition: named };
  if (x === undefined || y === undefined || more.length > 0 || !Number.isFinite(x) || !Number.isFinite(y)) return null;
  const metres = positive(members.get("accuracy_m"));
  return {
    at: [x, y],
    crs: members.get("crs") || DEFAULT_CRS,
    accuracy:
      metres === null ? null : { metres, kind: among(ACCURACY_KINDS, members.get("accuracy_kind")) ?? "android" },
    edition: named,
  };
}

export function parseAddress(url: URL): Address {
  const members = url.searchParams;
  const screen = among(SCREENS, url.pathname.split("/")[2]) ?? "command";
  return {
    screen,
    when: parseWhen(members),
    view: parseView(url.hash),
    selected: members.get("code") || null,
    ask: screen === "lookup" ? parseQuestion(members) : null,
    compare: screen === "command" ? parseCompare(members) : null,
    roster: screen === "command" ? parseRoster(members) : null,
    hidden: (members.get("hide") ?? "").split(",", MAX_HIDDEN).filter((id) => id !== ""),
    locale: among(LOCALES, members.get("lang")),
    theme: among(THEMES, members.get("theme")),
  };
}

/** The address of a state, from the root of the server. Defaults (`zh`, `dark`) are left out. */
export function formatAddress(address: Address): string {
  const members = new URLSearchParams();
  if (address.selected !== null) members.set("code", address.selected);
  if (address.ask !== null && address.screen === "lookup") {
    const { at, address: text, crs, accuracy, edition } = address.ask;
    if (text !== undefined) members.set("address", text);
    else members.set("at", at.join(","));
    if (crs !== DEFAULT_CRS) members.set("crs", crs);
    if (accuracy !== null) {
      members.set("accuracy_m", String(accuracy.metres));
      members.set("accuracy_kind", accuracy.kind);
    }
    if (edition !== null) members.set("edition", String(edition));
  }
  // A cited answer names its edition; the time that led there does not stand beside it.
  if (address.when !== null && !members.has("edition")) members.set(address.when.kind, address.when.text);
  if (address.compare !== null && address.screen === "command") {
    const { pair, change, level } = address.compare;
    members.set("compare", pair);
    if (change !== null) members.set("change", change);
    if (level !== null) members.set("level", level);
  }
  if (address.roster !== null && address.compare === null && address.screen === "command") {
    const { tab, text, role, area } = address.roster;
    members.set("roster", tab);
    if (text !== "") members.set("name", text);
    if (role !== null) members.set("role", role);
    if (area !== null) members.set("in", area);
  }
  if (address.hidden.length > 0) members.set("hide", address.hidden.join(","));
  if (address.locale !== null && address.locale !== "zh") members.set("lang", address.locale);
  if (address.theme !== null && address.theme !== "dark") members.set("theme", address.theme);
  // Commas and colons may stand in a query as they are, and are easier to read so.
  const query = members.size > 0 ? `?${String(members).replaceAll("%2C", ",").replaceAll("%3A", ":")}` : "";
  const view = address.view;
  const hash =
    view === null ? "" : `#${view.zoom.toFixed(2)}/${view.center[1].toFixed(5)}/${view.center[0].toFixed(5)}`;
  return `/app/${address.screen}${query}${hash}`;
}

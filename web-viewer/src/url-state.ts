/** The part of the state that an address carries, so that a view can be sent to a colleague. */
import type { LonLat } from "./geo/lon-lat";

export const SCREENS = ["command", "lookup", "planner", "admin"] as const;
export type Screen = (typeof SCREENS)[number];
export const LOCALES = ["zh", "en"] as const;
export type Locale = (typeof LOCALES)[number];
export const THEMES = ["dark", "light"] as const;
export type Theme = (typeof THEMES)[number];

export type View = { center: LonLat; zoom: number };

export type Address = {
  screen: Screen;
  view: View | null;
  selected: string | null;
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

export function parseAddress(url: URL): Address {
  const members = url.searchParams;
  return {
    screen: among(SCREENS, url.pathname.split("/")[2]) ?? "command",
    view: parseView(url.hash),
    selected: members.get("code") || null,
    locale: among(LOCALES, members.get("lang")),
    theme: among(THEMES, members.get("theme")),
  };
}

/** The address of a state, from the root of the server. Defaults (`zh`, `dark`) are left out. */
export function formatAddress(address: Address): string {
  const members = new URLSearchParams();
  if (address.selected !== null) members.set("code", address.selected);
  if (address.locale !== null && address.locale !== "zh") members.set("lang", address.locale);
  if (address.theme !== null && address.theme !== "dark") members.set("theme", address.theme);
  const query = members.size > 0 ? `?${members}` : "";
  const view = address.view;
  const hash =
    view === null ? "" : `#${view.zoom.toFixed(2)}/${view.center[1].toFixed(5)}/${view.center[0].toFixed(5)}`;
  return `/app/${address.screen}${query}${hash}`;
}

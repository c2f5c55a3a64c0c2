/** The one state of the viewer, how it changes, and how it meets the address bar. */
import { signal } from "@preact/signals";
import type { Question } from "./lookup/question";
import type { Roster } from "./roster/roster";
import {
  type Compare,
  formatAddress,
  type Locale,
  parseAddress,
  type Screen,
  type Theme,
  type View,
  type When,
} from "./url-state";

export type State = {
  screen: Screen;
  /** The edition that is looked at; `null` for the one in force. */
  when: When | null;
  /** What the map shows; `null` until it has shown anything, which makes it fit the data. */
  view: View | null;
  /** Code of the selected area. */
  selected: string | null;
  /** The one position that is being looked up. */
  ask: Question | null;
  /** The editions that are compared, and the filters of their list; `null` when the panel is closed. */
  compare: Compare | null;
  /** The roster list and its filters; `null` when the panel is closed. */
  roster: Roster | null;
  /** What the map leaves out: ids of levels, `places`, `labels`. */
  hidden: readonly string[];
  locale: Locale;
  theme: Theme;
};

const STORAGE = { locale: "onemap.locale", theme: "onemap.theme" } as const;

/** Storage can be switched off by policy; the viewer then simply forgets. */
function remembered(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function remember(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Nothing to do: see `remembered`.
  }
}

export function stateAt(url: URL, locale: string | null, theme: string | null): State {
  const address = parseAddress(url);
  return {
    screen: address.screen,
    when: address.when,
    view: address.view,
    selected: address.selected,
    ask: address.ask,
    compare: address.compare,
    roster: address.roster,
    hidden: address.hidden,
    locale: address.locale ?? (locale === "en" ? "en" : "zh"),
    theme: address.theme ?? (theme === "light" ? "light" : "dark"),
  };
}

const hasWindow = typeof window !== "undefined";

export const state = signal<State>(
  stateAt(
    new URL(hasWindow ? window.location.href : "http://127.0.0.1/app/command"),
    hasWindow ? remembered(STORAGE.locale) : null,
    hasWindow ? remembered(STORAGE.theme) : null,
  ),
);

/** Whether going from one state to the other deserves its own step in the browser's history. */
export function isStep(before: State, after: State): boolean {
  const isSame = (["screen", "selected", "ask", "when"] as const).every((part) => before[part] === after[part]);
  // Filters of a list are set back by themselves.
  return !isSame || before.compare?.pair !== after.compare?.pair || before.roster?.tab !== after.roster?.tab;
}

/** Changes the state; the only way to. */
export function transact(change: (state: State) => State): void {
  const before = state.value;
  const after = change(before);
  if (after === before) return;
  state.value = after;
  if (!hasWindow) return;
  const address = formatAddress(after);
  if (isStep(before, after)) window.history.pushState(null, "", address);
  else window.history.replaceState(null, "", address);
  if (before.locale !== after.locale) remember(STORAGE.locale, after.locale);
  if (before.theme !== after.theme) remember(STORAGE.theme, after.theme);
}

/** Follows the browser's back and forward; the map keeps its view, which is not a step. */
export function followHistory(): void {
  window.addEventListener("popstate", () => {
    const address = parseAddress(new URL(window.location.href));
    const { screen, when, selected, ask, compare, roster, hidden } = address;
    state.value = { ...state.value, screen, when, selected, ask, compare, roster, hidden };
  });
}

/** The roster list: postings or vacancies, narrowed down by what the address says, fetched as they come into sight. */
import { computed, effect, signal, untracked } from "@preact/signals";
import { api } from "../api/client";
import { type FetchPage, pagedList } from "../api/paged";
import { loader } from "../api/remote";
import type { AreaRef, Posting, Vacancy } from "../api/types";
import { seen, viewed } from "../editions";
import { area, visit } from "../resources";
import type { Seen } from "../seen";
import { state, transact } from "../state";
import { type Roster, type RosterTab, WHOLE_ROSTER } from "./roster";

/** Rows that are fetched at a time. */
const PAGE = 200;
/** Rest after the last key before the server is asked. */
const DEBOUNCE_MS = 150;

export type Line = { kind: "posting"; posting: Posting } | { kind: "vacancy"; vacancy: Vacancy };

export const list = pagedList<Line>(PAGE);
/** The row that is open; -1 for none. */
export const openAt = signal(-1);
/** The area that the list is narrowed down to, for its name. */
export const within = loader<AreaRef | null>();

/** What the address says, when the panel stands. */
export const shown = computed((): Roster | null => {
  const { screen, roster, compare } = state.value;
  return screen === "command" && compare === null ? roster : null;
});

/** Who stands in a line, and in which area; `null` for an area that the edition has not. */
export const areaOf = (line: Line): AreaRef | null => (line.kind === "posting" ? line.posting.area : line.vacancy.area);

export function openRoster(part: Partial<Roster> = {}): void {
  const roster = { ...WHOLE_ROSTER, ...part };
  transact((before) => ({ ...before, screen: "command", compare: null, roster }));
}

export const closeRoster = (): void => transact((before) => ({ ...before, roster: null }));

/** Changes what the list is narrowed down to. */
export function narrow(part: Partial<Roster>): void {
  transact((before) => (before.roster === null ? before : { ...before, roster: { ...before.roster, ...part } }));
}

export const choose = (tab: RosterTab): void => narrow({ tab });

/** Opens a row: its area is selected and shown. */
export function openRow(row: number): void {
  openAt.value = row;
  const line = list.at(row);
  const place = line === undefined ? null : areaOf(line);
  if (place !== null) visit(place.code);
}

function pages({ tab, text, role, area: code }: Roster, when: Seen): FetchPage<Line> {
  if (tab === "vacant") {
    return async (after, limit, signal) => {
      const found = await api.vacancies({ role, area: code, limit, after, ...when }, signal);
      return { ...found, items: found.items.map((vacancy) => ({ kind: "vacancy", vacancy })) };
    };
  }
  return async (after, limit, signal) => {
    const found = await api.postings({ q: text, role, area: code, state: tab, limit, after, ...when }, signal);
    return { ...found, items: found.items.map((posting) => ({ kind: "posting", posting })) };
  };
}

async function nameOf(code: string, edition: number | null, signal: AbortSignal): Promise<AreaRef | null> {
  const loaded = area.state.peek();
  if (loaded.kind === "ready" && loaded.value.area.code === code) return loaded.value.area;
  const { items } = await api.search({ q: code, limit: 10, edition }, signal);
  return items.find((item) => item.code === code) ?? null;
}

/** Starts to follow the address. */
export function followRoster(): void {
  // As text, so that what means the same is not asked for again.
  const question = computed(() => (shown.value === null ? null : JSON.stringify(shown.value)));
  let text = "";
  effect(() => {
    const [asked, when] = [question.value, seen.value];
    if (asked === null) return untracked(list.close);
    if (when === undefined) return;
    return untracked(() => {
      openAt.value = -1;
      const roster = shown.peek() ?? WHOLE_ROSTER;
      const isTyping = roster.text !== text;
      text = roster.text;
      const start = () => list.open(pages(roster, when));
      if (!isTyping) return start();
      const timer = setTimeout(start, DEBOUNCE_MS);
      return () => clearTimeout(timer);
    });
  });
  const code = computed(() => shown.value?.area ?? null);
  effect(() => {
    const [named, edition] = [code.value, viewed.value];
    if (named === null || edition === undefined) untracked(within.clear);
    else untracked(() => void within.load((signal) => nameOf(named, edition, signal)));
  });
}

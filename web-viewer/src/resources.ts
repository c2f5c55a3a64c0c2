/** What the screens have fetched, and the requests that pass between them and the map. */
import { batch, computed, effect, signal } from "@preact/signals";
import { api } from "./api/client";
import { loader } from "./api/remote";
import type { AreaDetail, FoundAreas, Profile } from "./api/types";
import { lookingAt, seen, show, viewed } from "./editions";
import { around, boxAround } from "./geo/circle";
import { type Box, boxFrom, type LonLat } from "./geo/lon-lat";
import { state, transact } from "./state";

/** How many areas a browse list shows; more are searched for. */
export const LIST_LIMIT = 200;

export const profile = loader<Profile>();
export const area = loader<AreaDetail>();
/** The areas one steps into when nothing is selected. */
export const topList = loader<FoundAreas>();
/** The areas beside the selected one, when nothing lies below it. */
export const siblings = loader<FoundAreas>();

/** How many areas each level has in the edition that is viewed, when that is named. */
const pastCounts = loader<ReadonlyMap<string, number>>();

async function countLevels(ids: string[], edition: number, signal: AbortSignal): Promise<ReadonlyMap<string, number>> {
  const ask = async (level: string): Promise<[string, number]> => {
    const { numberMatched } = await api.search({ level, limit: 1, edition }, signal);
    return [level, numberMatched];
  };
  return new Map(await Promise.all(ids.map(ask)));
}

/** How many areas a level has in the edition that is viewed; `null` while that is not known. */
export function levelCount({ id, count }: { id: string; count: number }): number | null {
  if (viewed.value === null) return count;
  const remote = pastCounts.state.value;
  return remote.kind === "ready" ? (remote.value.get(id) ?? null) : null;
}

export const loadedProfile = computed(() => {
  const remote = profile.state.value;
  return remote.kind === "ready" ? remote.value : null;
});

export const levels = computed(() => loadedProfile.value?.levels ?? []);

export const levelName = (id: string): { zh: string; en: string } =>
  levels.value.find((level) => level.id === id)?.name ?? { zh: id, en: id };

/** Where the map should go next; the map takes the request and clears it. */
export type Flight = { box: Box };
export const flight = signal<Flight | null>(null);

export function select(code: string | null): void {
  transact((before) => (before.selected === code ? before : { ...before, selected: code }));
}

/** Selects an area and shows it; the camera leaves when its extent is known. */
export function visit(code: string, known?: readonly number[]): void {
  const box = boxFrom(known ?? null);
  if (box !== null) flight.value = { box };
  else wanted = code;
  transact((before) => ({ ...before, selected: code, screen: before.screen === "lookup" ? "command" : before.screen }));
  showIfLoaded(code);
}

/** Selects an area as it is in `edition`, which is known to exist, and shows it there: everything on the page is then of that edition. */
export function visitIn(edition: number, code: string): void {
  const current = loadedProfile.peek()?.edition?.number;
  wanted = code;
  batch(() => {
    if ((viewed.peek() ?? current) !== edition) {
      // What the address will lead to; known here already, so that the area is not asked for in the edition before.
      show(edition === current ? null : edition, null);
      const when = edition === current ? null : { kind: "edition" as const, text: String(edition) };
      transact((before) => ({ ...lookingAt(when)(before), selected: code }));
    } else select(code);
  });
  showIfLoaded(code);
}

function showIfLoaded(code: string): void {
  const remote = area.state.value;
  if (wanted === code && remote.kind === "ready" && remote.value.area.code === code) showLoaded(remote.value);
}

let wanted: string | null = null;

function showLoaded(detail: AreaDetail): void {
  if (wanted !== detail.area.code) return;
  wanted = null;
  const box = boxFrom(detail.area.bbox);
  if (box !== null) flight.value = { box };
}

/** How much is shown around a single position, in metres. */
const AROUND_M = 120;

/** Shows a position with its surroundings, and the whole of its error circle. */
export function flyTo(position: LonLat, accuracyM = 0): void {
  flight.value = { box: around(position, Math.max(AROUND_M, accuracyM * 1.2)) };
}

/** Shows all positions at once, if there are any. */
export function flyToAll(positions: Iterable<LonLat>): void {
  const box = boxAround(positions, AROUND_M);
  if (box !== null) flight.value = { box };
}

/** Starts everything that follows the state. */
export function start(): void {
  void profile.load(api.profile);
  const selected = computed(() => state.value.selected);
  effect(() => {
    const [code, when] = [selected.value, seen.value];
    if (code === null) area.clear();
    else if (when !== undefined) void area.load((signal) => api.area(code, when, signal));
  });
  effect(() => {
    const remote = area.state.value;
    if (remote.kind === "ready") showLoaded(remote.value);
  });
  // By code and id, so that the same thing in a new edition is no new list.
  const besides = computed((): string | null | undefined => {
    const remote = area.state.value;
    if (remote.kind !== "ready") return undefined;
    const { children, parent } = remote.value;
    return children.count > 0 ? null : (parent?.code ?? null);
  });
  effect(() => {
    const [parent, edition] = [besides.value, viewed.value];
    if (parent === null) siblings.clear();
    else if (parent !== undefined && edition !== undefined)
      void siblings.load((signal) => api.search({ parent, limit: LIST_LIMIT, edition }, signal));
  });
  const topLevel = computed(() => (levels.value[1] ?? levels.value[0])?.id);
  effect(() => {
    const [level, edition] = [topLevel.value, viewed.value];
    if (level !== undefined && edition !== undefined)
      void topList.load((signal) => api.search({ level, limit: LIST_LIMIT, edition }, signal));
  });
  const levelIds = computed(() => levels.value.map(({ id }) => id).join());
  effect(() => {
    const [ids, edition] = [levelIds.value, viewed.value];
    if (edition === null || edition === undefined || ids === "") pastCounts.clear();
    else void pastCounts.load((signal) => countLevels(ids.split(","), edition, signal));
  });
  // A link may name an area and no view: go and see it.
  if (state.value.selected !== null && state.value.view === null) wanted = state.value.selected;
}

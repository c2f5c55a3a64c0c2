/** What the screens have fetched, and the requests that pass between them and the map. */
import { computed, effect, signal } from "@preact/signals";
import { api, type Point } from "./api/client";
import { loader } from "./api/remote";
import type { Answer, AreaDetail, FoundAreas, Profile, Text } from "./api/types";
import { type Box, boxFrom, type LonLat } from "./geo/lon-lat";
import type { ParsedLine } from "./geo/parse-positions";
import { state, transact } from "./state";

/** How many areas a browse list shows; more are searched for. */
export const LIST_LIMIT = 200;

export const profile = loader<Profile>();
export const area = loader<AreaDetail>();
/** The areas one steps into when nothing is selected. */
export const topList = loader<FoundAreas>();
/** The areas beside the selected one, when nothing lies below it. */
export const siblings = loader<FoundAreas>();

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

/** One row of the lookup table. */
export type LookedUp = {
  id: number;
  line: number | null;
  /** As it was given, in `crs`. */
  given: LonLat;
  crs: string;
  outcome: { kind: "answer"; answer: Answer } | { kind: "error"; title: string; detail: Text };
};

export const lookups = signal<LookedUp[]>([]);
export const openLookup = signal<number | null>(null);
export const lookupRun = loader<number>();
let lastLookup = 0;

export function select(code: string | null): void {
  transact((before) => (before.selected === code ? before : { ...before, selected: code }));
}

/** Selects an area and shows it; the camera leaves when its extent is known. */
export function visit(code: string, known?: readonly number[]): void {
  const box = boxFrom(known ?? null);
  if (box !== null) flight.value = { box };
  else wanted = code;
  transact((before) => ({ ...before, selected: code, screen: before.screen === "lookup" ? "command" : before.screen }));
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

/** Looks positions up and puts them on top of the table. */
export async function lookUp(positions: { line: number | null; given: LonLat }[], crs: string): Promise<void> {
  await lookupRun.load(async (signal) => {
    const points: Point[] = positions.map(({ given: [lon, lat] }) => ({ lon, lat, crs }));
    const { results } = await api.lookupMany(points, signal);
    const rows = positions.map((position, index): LookedUp => {
      const result = results[index];
      lastLookup += 1;
      const outcome: LookedUp["outcome"] =
        result === undefined
          ? { kind: "error", title: "", detail: { zh: "", en: "" } }
          : "error" in result
            ? {
                kind: "error",
                title: result.error.title,
                detail: { zh: result.error.detail_zh, en: result.error.detail },
              }
            : { kind: "answer", answer: result };
      return { id: lastLookup, ...position, crs, outcome };
    });
    lookups.value = [...rows, ...lookups.value].slice(0, 2000);
    openLookup.value = rows[0]?.id ?? null;
    return rows.length;
  });
}

/** The positions among parsed lines, as the lookup takes them. */
export function positionsOf(lines: ParsedLine[]): { line: number; given: LonLat }[] {
  return lines.flatMap((line) => (line.kind === "position" ? [{ line: line.line, given: [line.x, line.y] }] : []));
}

/** Starts everything that follows the state. */
export function start(): void {
  void profile.load(api.profile);
  const selected = computed(() => state.value.selected);
  effect(() => {
    const code = selected.value;
    if (code === null) area.clear();
    else void area.load((signal) => api.area(code, signal));
  });
  effect(() => {
    const remote = area.state.value;
    if (remote.kind !== "ready") return;
    showLoaded(remote.value);
    const { children, parent } = remote.value;
    if (children.count > 0 || !parent) siblings.clear();
    else void siblings.load((signal) => api.search({ parent: parent.code, limit: LIST_LIMIT }, signal));
  });
  effect(() => {
    const [coarsest, second] = levels.value;
    const level = second ?? coarsest;
    if (level !== undefined) void topList.load((signal) => api.search({ level: level.id, limit: LIST_LIMIT }, signal));
  });
  // A link may name an area and no view: go and see it.
  if (state.value.selected !== null && state.value.view === null) wanted = state.value.selected;
}

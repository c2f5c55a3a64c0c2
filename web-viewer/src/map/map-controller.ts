/** The MapLibre map as an output of the state: everything it knows comes from there, and clicks go back there. */
import { computed, effect, signal } from "@preact/signals";
import { Map as GlMap, type MapMouseEvent, ScaleControl, type StyleSpecification, setWorkerUrl } from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";
import type { Profile } from "../api/types";
import { outlines } from "../compare/compared";
import { tileUrl, viewed } from "../editions";
import { type Box, boxFrom } from "../geo/lon-lat";
import { onTilesChanged } from "../live/live";
import { askHere, card, open } from "../lookup/asked";
import { results, run, shown } from "../lookup/run";
import { area, flight, loadedProfile, select } from "../resources";
import { state, transact } from "../state";
import type { Theme } from "../url-state";
import { showLayers } from "./layers";
import { fillLayer, showOutlines, showSelection, withOverlay } from "./overlay";
import { type Candidate, pick } from "./pick";
import { openBunch, pointAt, showPin, showPoints } from "./points";
import { tileRefresher } from "./refresh-tiles";
import { scaleStyle } from "./scale-style";

setWorkerUrl(workerUrl);

/** Longest flight of the camera. */
const FLIGHT_MS = 600;
/** A flight to one area stops here, so that its surroundings stay in sight. */
const FLIGHT_MAX_ZOOM = 17.5;
const MAX_ZOOM = 20;
/** Room kept between what is shown and the panels, in CSS pixels. */
const MARGIN_PX = 48;
/** Longest scale bar, in CSS pixels at the base size. */
const SCALE_BAR_PX = 120;
/** The coordinates a click gives are rounded to what the server keeps. */
const DIGITS = 7;
const FONTS = '"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif';
const NONE: number[] = [];
/** Size of a rem for which the style's own sizes are meant. */
const REM_PX = 16;

/** The area under the pointer, and the pointer's position. */
export const pointer = signal<{ lon: number; lat: number; area: Candidate | null } | null>(null);
/** Set when the map cannot be drawn at all. */
export const mapFailure = signal<string | null>(null);

const styleValue = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const calm = (): boolean => window.matchMedia("(prefers-reduced-motion: reduce)").matches;
/** Walls get a larger root size; labels and lines follow it. */
const factor = (): number => Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / REM_PX;

/** Room the panels take, so that what is shown lies between them. */
function padding(): { top: number; bottom: number; left: number; right: number } {
  const room = { top: MARGIN_PX, bottom: MARGIN_PX, left: MARGIN_PX, right: MARGIN_PX };
  const stage = document.querySelector(".stage")?.getBoundingClientRect();
  if (stage === undefined) return room;
  for (const panel of document.querySelectorAll<HTMLElement>("[data-side]")) {
    const box = panel.getBoundingClientRect();
    if (box.width === 0 || box.width > stage.width * 0.6) continue;
    if (panel.dataset.side === "left") room.left += box.right - stage.left;
    else room.right += stage.right - box.left;
  }
  // The card of a selection is not there yet when the flight to it begins.
  const width = Number.parseFloat(styleValue("--right")) * factor() * REM_PX;
  const { screen, selected } = state.peek();
  const hasCard = screen === "lookup" ? card.peek() !== null : selected !== null;
  if (hasCard && room.right === MARGIN_PX && width < stage.width * 0.6) room.right += width;
  return room;
}

async function fetchStyle(theme: Theme, profile: Profile): Promise<StyleSpecification> {
  const response = await fetch(`/styles/${theme}.json`);
  if (!response.ok) throw new Error(`style ${theme} answered ${response.status}`);
  // The boundary: the server writes MapLibre styles.
  const style = (await response.json()) as StyleSpecification;
  // The map takes a sprite by its whole address only.
  if (typeof style.sprite === "string") style.sprite = new URL(style.sprite, window.location.origin).href;
  const colours = {
    accent: styleValue("--accent"),
    ground: styleValue("--ground"),
    text: styleValue("--text"),
    ok: styleValue("--ok"),
    due: styleValue("--due"),
    late: styleValue("--late"),
  };
  return withOverlay(scaleStyle(style, factor()), profile.levels, colours, factor());
}

export type MapController = {
  zoomBy: (steps: number) => void;
  fit: () => void;
  map: GlMap;
  remove: () => void;
};

function goTo(map: GlMap, box: Box): void {
  const [west, south, east, north] = box;
  const bounds: [number, number, number, number] = [west, south, east, north];
  // No overview in between, and none of its dizziness: straight there.
  map.fitBounds(bounds, {
    padding: padding(),
    maxZoom: FLIGHT_MAX_ZOOM,
    animate: !calm(),
    duration: FLIGHT_MS,
    linear: false,
  });
}

const wholeOf = (profile: Profile): Box =>
  boxFrom(profile.bounds) ?? boxFrom(profile.extent) ?? ([-180, -60, 180, 75] as const);

/** Builds the map into `container`. The profile must be loaded: it says what there is to see. */
export async function createMap(container: HTMLElement, profile: Profile): Promise<MapController> {
  const { view, theme: firstTheme } = state.peek();
  const map = new GlMap({
    container,
    style: await fetchStyle(firstTheme, profile),
    localIdeographFontFamily: FONTS,
    attributionControl: false,
    // Tiles out of sight cannot be told that they have changed, so they are asked for again when they come back: a 304 each.
    maxTileCacheSize: 0,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    rollEnabled: false,
    maxPitch: 0,
    maxZoom: MAX_ZOOM,
    fadeDuration: calm() ? 0 : 120,
    transformRequest: (url) => ({ url: tileUrl(new URL(url, window.location.origin).href, viewed.peek()) }),
    ...(view === null
      ? { bounds: [...wholeOf(profile)] as [number, number, number, number], fitBoundsOptions: { padding: padding() } }
      : { center: [...view.center] as [number, number], zoom: view.zoom }),
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new ScaleControl({ maxWidth: SCALE_BAR_PX * factor(), unit: "metric" }), "bottom-right");
  map.getCanvas().setAttribute("aria-describedby", "pointer-area");

  const fills = profile.levels.map(fillLayer);
  const under = (event: MapMouseEvent): Candidate | null => {
    const layers = fills.filter((id) => map.getLayer(id) !== undefined);
    return pick(map.queryRenderedFeatures(event.point, { layers }), profile.levels);
  };

  let hovered: Candidate | null = null;
  const mark = (on: boolean): void => {
    if (hovered === null || map.getSource("areas") === undefined) return;
    map.setFeatureState({ source: "areas", sourceLayer: hovered.level, id: hovered.code }, { hover: on });
  };
  const hover = (next: Candidate | null): void => {
    if (next?.code === hovered?.code && next?.level === hovered?.level) return;
    mark(false);
    hovered = next;
    mark(true);
  };
  map.on("mousemove", (event) => {
    const found = under(event);
    hover(found);
    pointer.value = { lon: event.lngLat.lng, lat: event.lngLat.lat, area: found };
    map.getCanvas().style.cursor = state.peek().screen === "lookup" ? "crosshair" : found === null ? "" : "pointer";
  });
  map.on("mouseout", () => {
    hover(null);
    pointer.value = null;
  });
  map.on("click", (event) => {
    const given = [Number(event.lngLat.lng.toFixed(DIGITS)), Number(event.lngLat.lat.toFixed(DIGITS))] as const;
    if (state.peek().screen !== "lookup") return select(under(event)?.code ?? null);
    const hit = pointAt(map, event.point);
    if (hit === null) askHere(given);
    else if (hit.kind === "row") open(hit.index, false);
    else void openBunch(map, hit.id, hit.at, calm() ? 0 : FLIGHT_MS / 2);
  });
  const tellView = (): void => {
    const { lng, lat } = map.getCenter();
    const view = { center: [lng, lat] as const, zoom: map.getZoom() };
    transact((before) => ({ ...before, view }));
  };
  map.on("moveend", tellView);
  map.once("load", tellView);

  // Everything below is drawn again after each change of style.
  const drawn = signal(0);
  map.on("style.load", () => {
    hovered = null;
    drawn.value += 1;
  });
  const hidden = computed(() => state.value.hidden);
  const onLookup = computed(() => state.value.screen === "lookup");
  // Drawn when a run has ended: until then the table shows how it goes.
  const onMap = computed(() => (run.value.kind === "running" || !onLookup.value ? NONE : shown.value));
  let shownTheme = firstTheme;
  const refresh = tileRefresher(map);
  let shownEdition = viewed.peek();
  const stops = [
    effect(() => {
      const edition = viewed.value;
      if (edition === undefined || edition === shownEdition) return;
      shownEdition = edition;
      refresh("areas", null);
    }),
    onTilesChanged(({ tileset, tiles }) => refresh(tileset, tiles)),
    effect(() => {
      const { theme } = state.value;
      if (theme === shownTheme) return;
      shownTheme = theme;
      void fetchStyle(theme, profile)
        .then((style) => {
          if (shownTheme === theme) map.setStyle(style, { diff: false });
        })
        .catch(() => {
          mapFailure.value = theme;
        });
    }),
    effect(() => {
      const remote = area.state.value;
      if (drawn.value === 0) return;
      if (remote.kind === "ready") showSelection(map, remote.value);
      else if (remote.kind !== "loading") showSelection(map, null);
    }),
    effect(() => {
      const remote = outlines.state.value;
      if (drawn.value > 0) showOutlines(map, remote.kind === "ready" ? remote.value : []);
    }),
    effect(() => {
      const off = hidden.value;
      if (drawn.value > 0) showLayers(map, profile.levels, off);
    }),
    effect(() => {
      const indexes = onMap.value;
      if (drawn.value > 0) showPoints(map, results.peek().rows, indexes);
    }),
    effect(() => {
      const about = onLookup.value ? card.value : null;
      const ready = about?.kind === "answer" && about.remote.kind === "ready" ? about.remote.value : null;
      const at = ready === null ? null : ([ready.position.lon, ready.position.lat] as const);
      const radius = about?.kind === "answer" ? (about.question.accuracy?.metres ?? null) : null;
      if (drawn.value > 0) showPin(map, at, radius);
    }),
    effect(() => {
      const next = flight.value;
      if (next === null) return;
      flight.value = null;
      // The panels of the new screen must stand before their room is measured.
      requestAnimationFrame(() => goTo(map, next.box));
    }),
  ];
  return {
    map,
    zoomBy: (steps) => map.easeTo({ zoom: map.getZoom() + steps, animate: !calm(), duration: FLIGHT_MS / 2 }),
    fit: () => goTo(map, wholeOf(loadedProfile.peek() ?? profile)),
    remove: () => {
      for (const stop of stops) stop();
      map.remove();
    },
  };
}

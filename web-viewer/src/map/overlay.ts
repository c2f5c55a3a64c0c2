/** What the viewer draws over the server's style: hover, selection, the dimmed rest, looked-up positions. */
import type { GeoJSONSource, Map as GlMap, StyleSpecification } from "maplibre-gl";
import type { AreaDetail, Level, MultiPolygon } from "../api/types";
import { bordersOf } from "../geo/borders";
import { maskOf } from "../geo/mask";
import { pointLayers, pointSources } from "./points";

/** How much of the rest is taken away while an area is selected. */
const DIM = 0.3;
const EMPTY = { type: "FeatureCollection" as const, features: [] };

export type Colours = { accent: string; ground: string; text: string; ok: string; due: string; late: string };

export const fillLayer = (level: Level): string => `${level.id}-fill`;
export const hoverLayer = (level: Level): string => `${level.id}-hover`;

/** Adds the overlay to a style that the server wrote; under the names, over everything else. */
export function withOverlay(
  style: StyleSpecification,
  levels: Level[],
  colours: Colours,
  factor: number,
): StyleSpecification {
  const accentLine = (width: number) => ({ "line-color": colours.accent, "line-width": width * factor });
  const round = { "line-join": "round", "line-cap": "round" } as const;
  const below: StyleSpecification["layers"] = [
    ...levels.map((level) => ({
      id: hoverLayer(level),
      type: "line" as const,
      source: "areas",
      "source-layer": level.id,
      minzoom: level.min_zoom,
      layout: round,
      paint: {
        ...accentLine(2),
        "line-opacity": ["case", ["boolean", ["feature-state", "hover"], false], 1, 0] as never,
      },
    })),
    { id: "mask", type: "fill", source: "mask", paint: { "fill-color": colours.ground, "fill-opacity": DIM } },
    {
      id: "selection-fill",
      type: "fill",
      source: "selection",
      paint: { "fill-color": colours.accent, "fill-opacity": 0.1 },
    },
    { id: "selection", type: "line", source: "selection", layout: round, paint: accentLine(3) },
    {
      id: "outlines",
      type: "line",
      source: "outlines",
      paint: { "line-color": colours.due, "line-width": 2 * factor, "line-dasharray": [3, 2] },
    },
  ];
  const above = pointLayers(colours, factor);
  const firstName = style.layers.findIndex((layer) => layer.type === "symbol");
  const cut = firstName === -1 ? style.layers.length : firstName;
  const data = { type: "geojson" as const, data: EMPTY };
  return {
    ...style,
    sources: { ...style.sources, mask: data, selection: data, outlines: data, ...pointSources() },
    layers: [...style.layers.slice(0, cut), ...below, ...style.layers.slice(cut), ...above],
  };
}

function put(map: GlMap, id: string, data: Parameters<GeoJSONSource["setData"]>[0]): void {
  map.getSource<GeoJSONSource>(id)?.setData(data);
}

const feature = (coordinates: number[][][][]) => ({
  type: "Feature" as const,
  properties: {},
  geometry: { type: "MultiPolygon" as const, coordinates },
});

/** Draws outlines of another edition than the one that the map is of. */
export function showOutlines(map: GlMap, outlines: readonly MultiPolygon[]): void {
  const coordinates = bordersOf(outlines.map((outline) => outline.coordinates));
  put(map, "outlines", { type: "MultiLineString", coordinates });
}

export function showSelection(map: GlMap, detail: AreaDetail | null): void {
  if (detail === null) {
    put(map, "selection", EMPTY);
    put(map, "mask", EMPTY);
    return;
  }
  put(map, "selection", feature(detail.geometry.coordinates));
  put(map, "mask", feature(maskOf(detail.geometry.coordinates)));
}

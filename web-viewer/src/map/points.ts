/** Looked-up positions on the map: coloured by how sure they are, in bunches when they are many. */
import type { GeoJSONSource, Map as GlMap, PointLike, StyleSpecification } from "maplibre-gl";
import { circle } from "../geo/circle";
import type { LonLat } from "../geo/lon-lat";
import type { Row } from "../lookup/row";
import { standing } from "../lookup/tally";
import type { Colours } from "./overlay";

/** From so many on, points that lie close together are drawn as one with their number. */
const BUNCH_FROM = 400;
/** From here on every point is drawn for itself. */
const BUNCH_MAX_ZOOM = 14;
const BUNCH_RADIUS_PX = 46;
/** A click this near to a point means the point. */
const REACH_PX = 6;
const EMPTY = { type: "FeatureCollection" as const, features: [] };
const FONT = ["PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "sans-serif"];

export const POINTS = "points";
const BUNCHES = "point-bunches";
const DOTS = "point-dots";
const TRIANGLES = "point-triangles";

export function pointSources(): StyleSpecification["sources"] {
  const data = { type: "geojson" as const, data: EMPTY };
  const clusterProperties = { trouble: ["+", ["get", "trouble"]] };
  return { [POINTS]: { ...data, clusterProperties }, accuracy: data, pin: data };
}

/** The shapes of the states are those of the table: a dot, a ring, a triangle. */
export function pointLayers(colours: Colours, factor: number): StyleSpecification["layers"] {
  const { accent, ground, text, ok, due, late } = colours;
  const grows = (small: number, large: number) => [
    "interpolate",
    ["linear"],
    ["zoom"],
    11,
    small * factor,
    17,
    large * factor,
  ];
  const bunch = ["has", "point_count"];
  return [
    { id: "accuracy", type: "fill", source: "accuracy", paint: { "fill-color": accent, "fill-opacity": 0.14 } },
    {
      id: "accuracy-line",
      type: "line",
      source: "accuracy",
      paint: { "line-color": accent, "line-width": 1.5 * factor, "line-dasharray": [3, 2] },
    },
    {
      id: DOTS,
      type: "circle",
      source: POINTS,
      filter: ["all", ["!", bunch], ["!=", ["get", "state"], "late"]] as never,
      paint: {
        "circle-radius": grows(2.5, 5.5) as never,
        "circle-color": ["match", ["get", "state"], "ok", ok, ground] as never,
        "circle-stroke-color": ["match", ["get", "state"], "ok", ground, due] as never,
        "circle-stroke-width": ["match", ["get", "state"], "ok", factor, 2.25 * factor] as never,
      },
    },
    {
      id: TRIANGLES,
      type: "symbol",
      source: POINTS,
      filter: ["all", ["!", bunch], ["==", ["get", "state"], "late"]] as never,
      layout: {
        "text-field": "▲",
        "text-font": FONT,
        "text-size": grows(10, 17) as never,
        "text-allow-overlap": true,
        "text-ignore-placement": true,
      },
      paint: { "text-color": late, "text-halo-color": ground, "text-halo-width": factor },
    },
    {
      id: BUNCHES,
      type: "circle",
      source: POINTS,
      filter: bunch as never,
      paint: {
        "circle-radius": ["step", ["get", "point_count"], 13 * factor, 50, 17 * factor, 500, 22 * factor] as never,
        "circle-color": ground,
        "circle-opacity": 0.94,
        // Amber as soon as one of them wants a look.
        "circle-stroke-color": ["case", [">", ["get", "trouble"], 0], due, ok] as never,
        "circle-stroke-width": 2 * factor,
      },
    },
    {
      id: "point-counts",
      type: "symbol",
      source: POINTS,
      filter: bunch as never,
      layout: {
        "text-field": ["get", "point_count_abbreviated"] as never,
        "text-font": FONT,
        "text-size": 12 * factor,
        "text-allow-overlap": true,
        "text-ignore-placement": true,
      },
      paint: { "text-color": text },
    },
    {
      id: "pin",
      type: "circle",
      source: "pin",
      paint: {
        "circle-radius": 7 * factor,
        "circle-color": accent,
        "circle-stroke-color": text,
        "circle-stroke-width": 2 * factor,
      },
    },
  ];
}

/** Draws the rows `indexes`. */
export function showPoints(map: GlMap, rows: readonly Row[], indexes: readonly number[]): void {
  const source = map.getSource<GeoJSONSource>(POINTS);
  if (source === undefined) return;
  const features = indexes.flatMap((index) => {
    const row = rows[index];
    if (row === undefined || row.position === null) return [];
    const [lon, lat] = row.position;
    const state = standing(row);
    const properties = { row: index, state, trouble: state === "ok" ? 0 : 1 };
    return [{ type: "Feature" as const, properties, geometry: { type: "Point" as const, coordinates: [lon, lat] } }];
  });
  const cluster = features.length >= BUNCH_FROM;
  void source.setClusterOptions({ cluster, clusterMaxZoom: BUNCH_MAX_ZOOM, clusterRadius: BUNCH_RADIUS_PX });
  void source.setData({ type: "FeatureCollection", features });
}

/** Draws the position that the card is about, and how far off it may be. */
export function showPin(map: GlMap, position: LonLat | null, accuracyM: number | null): void {
  const pin = position === null ? [] : [{ type: "Point" as const, coordinates: [...position] }];
  const ring = position === null || accuracyM === null ? [] : circle(position, accuracyM).map((corner) => [...corner]);
  const area = ring.length === 0 ? [] : [{ type: "Polygon" as const, coordinates: [ring] }];
  const collection = <Geometry>(geometries: Geometry[]) => ({
    type: "FeatureCollection" as const,
    features: geometries.map((geometry) => ({ type: "Feature" as const, properties: {}, geometry })),
  });
  void map.getSource<GeoJSONSource>("pin")?.setData(collection(pin));
  void map.getSource<GeoJSONSource>("accuracy")?.setData(collection(area));
}

export type Hit = { kind: "row"; index: number } | { kind: "bunch"; id: number; at: LonLat };

/** The point or bunch of points under a place on the screen. */
export function pointAt(map: GlMap, { x, y }: { x: number; y: number }): Hit | null {
  const layers = [DOTS, TRIANGLES, BUNCHES].filter((id) => map.getLayer(id) !== undefined);
  const box: [PointLike, PointLike] = [
    [x - REACH_PX, y - REACH_PX],
    [x + REACH_PX, y + REACH_PX],
  ];
  for (const { properties, geometry } of map.queryRenderedFeatures(box, { layers })) {
    const id: unknown = properties.cluster_id;
    const index: unknown = properties.row;
    if (typeof index === "number") return { kind: "row", index };
    if (typeof id !== "number" || geometry.type !== "Point") continue;
    const [lon = 0, lat = 0] = geometry.coordinates;
    return { kind: "bunch", id, at: [lon, lat] };
  }
  return null;
}

/** Goes so near that a bunch falls apart. */
export async function openBunch(map: GlMap, id: number, at: LonLat, duration: number): Promise<void> {
  const zoom = await map.getSource<GeoJSONSource>(POINTS)?.getClusterExpansionZoom(id);
  if (zoom !== undefined) map.easeTo({ center: [...at], zoom, animate: duration > 0, duration });
}

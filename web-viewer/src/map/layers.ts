/** Which layers of the map are switched off. */
import type { Map as GlMap } from "maplibre-gl";
import type { Level } from "../api/types";

/** What can be switched off besides levels. */
export const EXTRAS = ["places", "labels", "basemap"] as const;

type LayerLike = { id: string; type: string; source?: string | undefined };

/** Whether a layer of the style is to be seen while `hidden` is switched off. */
export function isShown(layer: LayerLike, levels: readonly Pick<Level, "id">[], hidden: readonly string[]): boolean {
  if ((layer.source === "places" || layer.source === "basemap") && hidden.includes(layer.source)) return false;
  if (layer.type === "symbol" && (layer.source === "areas" || layer.source === "places") && hidden.includes("labels"))
    return false;
  if (layer.source !== "areas") return true;
  return !levels.some(({ id }) => hidden.includes(id) && layer.id.startsWith(`${id}-`));
}

/**
 * The levels whose lines a border layer draws: its own and those of coarser levels that are switched off right above it, because such a line
 * divides areas of this level too.
 */
export function bordersOf(level: string, levels: readonly Pick<Level, "id">[], hidden: readonly string[]): string[] {
  const rank = levels.findIndex(({ id }) => id === level);
  const shownAbove = levels.findLastIndex(({ id }, index) => index < rank && !hidden.includes(id));
  return levels.slice(shownAbove + 1, rank + 1).map(({ id }) => id);
}

export function showLayers(map: GlMap, levels: readonly Level[], hidden: readonly string[]): void {
  for (const layer of map.getStyle().layers) {
    const source = "source" in layer ? layer.source : undefined;
    const visibility = isShown({ id: layer.id, type: layer.type, source }, levels, hidden) ? "visible" : "none";
    if ((map.getLayoutProperty(layer.id, "visibility") ?? "visible") !== visibility)
      map.setLayoutProperty(layer.id, "visibility", visibility);
  }
  for (const { id } of levels) {
    const layer = `${id}-border`;
    if (map.getLayer(layer) === undefined) continue;
    map.setFilter(layer, ["in", ["get", "level"], ["literal", bordersOf(id, levels, hidden)]]);
  }
}

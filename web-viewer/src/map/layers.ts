/** Which layers of the map are switched off. */
import type { Map as GlMap } from "maplibre-gl";
import type { Level } from "../api/types";

/** What can be switched off besides levels. */
export const EXTRAS = ["places", "labels"] as const;

type LayerLike = { id: string; type: string; source?: string | undefined };

/** Whether a layer of the style is to be seen while `hidden` is switched off. */
export function isShown(layer: LayerLike, levels: readonly Pick<Level, "id">[], hidden: readonly string[]): boolean {
  if (layer.source === "places" && hidden.includes("places")) return false;
  if (layer.type === "symbol" && (layer.source === "areas" || layer.source === "places") && hidden.includes("labels"))
    return false;
  if (layer.source !== "areas") return true;
  return !levels.some(({ id }) => hidden.includes(id) && layer.id.startsWith(`${id}-`));
}

export function showLayers(map: GlMap, levels: readonly Level[], hidden: readonly string[]): void {
  for (const layer of map.getStyle().layers) {
    const source = "source" in layer ? layer.source : undefined;
    const visibility = isShown({ id: layer.id, type: layer.type, source }, levels, hidden) ? "visible" : "none";
    if ((map.getLayoutProperty(layer.id, "visibility") ?? "visible") !== visibility)
      map.setLayoutProperty(layer.id, "visibility", visibility);
  }
}

/** The world without one area, to dim everything else. */

type Ring = number[][];
type Polygon = Ring[];

/** Web Mercator ends here; a wider ring would be cut to it anyway. */
const WORLD: Ring = [
  [-180, -85],
  [180, -85],
  [180, 85],
  [-180, 85],
  [-180, -85],
];

/**
 * Polygons that cover the world except `area`: one with a hole for each part, and one for each hole of the area,
 * where other areas lie inside it.
 */
export function maskOf(area: readonly Polygon[]): Polygon[] {
  const exteriors = area.flatMap(([exterior]) => (exterior === undefined ? [] : [exterior]));
  const enclaves = area.flatMap((polygon) => polygon.slice(1));
  return [[WORLD, ...exteriors], ...enclaves.map((ring) => [ring])];
}

/** A circle on the ground, as a ring of positions. */
import type { Box, LonLat } from "./lon-lat";

const METRES_PER_DEGREE = 111_320;
const CORNERS = 96;
/** Nearer to a pole a degree of longitude has no length worth dividing by. */
const LEAST_COSINE = 0.01;

const perDegree = (lat: number): number => METRES_PER_DEGREE * Math.max(LEAST_COSINE, Math.cos((lat * Math.PI) / 180));

/** A closed ring at `radius` metres around `centre`; exact to a few per mille for circles of some kilometres. */
export function circle([lon, lat]: LonLat, radius: number): LonLat[] {
  return Array.from({ length: CORNERS + 1 }, (_, corner) => {
    const angle = ((corner % CORNERS) / CORNERS) * 2 * Math.PI;
    const east = (radius * Math.sin(angle)) / perDegree(lat);
    const north = (radius * Math.cos(angle)) / METRES_PER_DEGREE;
    return [lon + east, lat + north] as const;
  });
}

/** The square of `metres` around a position. */
export function around([lon, lat]: LonLat, metres: number): Box {
  const [east, north] = [metres / perDegree(lat), metres / METRES_PER_DEGREE];
  return [lon - east, lat - north, lon + east, lat + north];
}

/** The least box that holds all positions, and `metres` more on every side; `null` of none. */
export function boxAround(positions: Iterable<LonLat>, metres: number): Box | null {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [lon, lat] of positions) {
    west = Math.min(west, lon);
    south = Math.min(south, lat);
    east = Math.max(east, lon);
    north = Math.max(north, lat);
  }
  if (west > east) return null;
  const [lowWest, lowSouth] = around([west, south], metres);
  const [, , highEast, highNorth] = around([east, north], metres);
  return [lowWest, lowSouth, highEast, highNorth];
}

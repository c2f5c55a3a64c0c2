/** Longitude and latitude in degrees, in this order. */
export type LonLat = readonly [lon: number, lat: number];

/** West, south, east, north in degrees. */
export type Box = readonly [west: number, south: number, east: number, north: number];

/** Reads a box from a list of numbers; `null` unless it is four finite ones in order. */
export function boxFrom(numbers: readonly number[] | null | undefined): Box | null {
  const [west, south, east, north] = numbers ?? [];
  if (west === undefined || south === undefined || east === undefined || north === undefined) return null;
  if (![west, south, east, north].every(Number.isFinite) || west > east || south > north) return null;
  return [west, south, east, north];
}

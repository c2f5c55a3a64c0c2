/** The pattern of exclusive areas: lines at 45 degrees that join at every edge of the tile. */

export type Pixels = { width: number; height: number; data: Uint8ClampedArray };

/** Side of the square tile in image pixels; drawn at a pixel ratio of two. */
const SIDE = 20;
/** How wide a line is, in image pixels across. */
const LINE = 3;

/** Draws the tile in one colour, `[red, green, blue]` of 0-255, with soft edges. */
export function hatch(colour: readonly [number, number, number]): Pixels {
  const data = new Uint8ClampedArray(SIDE * SIDE * 4);
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      const across = (x + y) % SIDE;
      const distance = Math.min(across, SIDE - across);
      const alpha = Math.max(0, Math.min(1, LINE / 2 + 0.5 - distance));
      data.set([...colour, Math.round(alpha * 255)], (y * SIDE + x) * 4);
    }
  }
  return { width: SIDE, height: SIDE, data };
}

/** `#RRGGBB` as three channels; black for anything else. */
export function channels(colour: string): [number, number, number] {
  const value = /^#[0-9a-f]{6}$/i.test(colour.trim()) ? Number.parseInt(colour.trim().slice(1), 16) : 0;
  return [value >> 16, (value >> 8) & 0xff, value & 0xff];
}

/** Outlines as lines, each stretch once: neighbours' dashes would fill one another's gaps. */

type Line = number[][];

const end = ([x = 0, y = 0]: number[]): string => `${x} ${y}`;
const stretch = (from: number[], to: number[]): string => [end(from), end(to)].sort().join();

/** The borders of areas that share vertices where they touch, as the areas of an edition do. */
export function bordersOf(areas: readonly (readonly (readonly Line[])[])[]): Line[] {
  const drawn = new Set<string>();
  const lines: Line[] = [];
  for (const ring of areas.flat(2)) {
    let line: Line = [];
    for (const [index, from] of ring.entries()) {
      const to = ring[index + 1];
      const key = to === undefined ? null : stretch(from, to);
      if (to !== undefined && key !== null && !drawn.has(key)) {
        drawn.add(key);
        if (line.length === 0) line.push(from);
        line.push(to);
      } else if (line.length > 0) {
        lines.push(line);
        line = [];
      }
    }
  }
  return lines;
}

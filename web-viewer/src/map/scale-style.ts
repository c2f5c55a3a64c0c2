/** Makes labels and lines of a style larger, for walls that are read from four metres. */
import type { StyleSpecification } from "maplibre-gl";

const SCALED = { layout: ["text-size", "icon-size"], paint: ["line-width", "text-halo-width"] } as const;

/** Multiplies a number, or the outputs of an `interpolate` or `match` expression; leaves everything else. */
export function scaled(value: unknown, factor: number): unknown {
  if (typeof value === "number") return value * factor;
  if (!Array.isArray(value)) return value;
  const operator: unknown = value[0];
  // interpolate, type, input, then stop, output, ...; match, input, then label, output, ..., fallback.
  const head = operator === "interpolate" ? 3 : operator === "match" ? 2 : null;
  if (head === null) return value;
  return value.map((member: unknown, index) => {
    const last = operator === "match" && index === value.length - 1;
    const isOutput = last || (index >= head && (index - head) % 2 === 1);
    return isOutput ? scaled(member, factor) : member;
  });
}

export function scaleStyle(style: StyleSpecification, factor: number): StyleSpecification {
  if (factor === 1) return style;
  const copy = structuredClone(style);
  for (const layer of copy.layers) {
    for (const part of ["layout", "paint"] as const) {
      const members: Record<string, unknown> | undefined = part in layer ? Reflect.get(layer, part) : undefined;
      if (members === undefined) continue;
      for (const name of SCALED[part]) {
        if (name in members) members[name] = scaled(members[name], factor);
      }
    }
  }
  return copy;
}

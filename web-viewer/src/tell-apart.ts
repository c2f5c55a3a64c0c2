/** What to write beside areas of one name so that a reader knows which is which. */
import type { AreaRef } from "./api/types";

/** How many leading characters all codes have in common. */
function shared(codes: string[]): number {
  const [first = "", ...others] = codes;
  let length = 0;
  while (length < first.length && others.every((code) => code[length] === first[length])) length += 1;
  return length;
}

/**
 * The ends of the codes of those areas that share their name with another one, by code; `self` counts as another.
 * An end starts where a level starts: `steps` are the lengths of the codes of the levels above.
 */
export function tellApart(areas: AreaRef[], self: AreaRef | null, steps: number[]): Map<string, string> {
  const byName = new Map<string, Set<string>>();
  for (const { name, code } of self === null ? areas : [...areas, self]) {
    const codes = byName.get(name) ?? new Set();
    byName.set(name, codes.add(code));
  }
  const tails = new Map<string, string>();
  for (const codes of byName.values()) {
    if (codes.size < 2) continue;
    const same = shared([...codes]);
    const start = Math.max(0, ...steps.filter((length) => length <= same));
    for (const code of codes) tails.set(code, code.slice(start));
  }
  return tails;
}

/** Which area is meant when several levels lie under the pointer. */

export type Candidate = { level: string; code: string; name: string };

/**
 * The area of the finest level drawn there. `levels` is coarsest first; candidates of other layers, or without a
 * code, do not count.
 */
export function pick(
  features: readonly { sourceLayer?: string | undefined; properties: Record<string, unknown> | null }[],
  levels: readonly { id: string }[],
): Candidate | null {
  let best: Candidate | null = null;
  let bestRank = -1;
  for (const feature of features) {
    const rank = levels.findIndex((level) => level.id === feature.sourceLayer);
    const code: unknown = feature.properties?.code;
    const name: unknown = feature.properties?.name;
    if (rank <= bestRank || typeof code !== "string" || code === "" || feature.sourceLayer === undefined) continue;
    best = { level: feature.sourceLayer, code, name: typeof name === "string" ? name : code };
    bestRank = rank;
  }
  return best;
}

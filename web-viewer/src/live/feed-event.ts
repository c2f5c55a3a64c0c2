/** What the server tells over `GET /events`, as far as this viewer understands it. */

export type TileId = { z: number; x: number; y: number };

export type FeedEvent =
  | { kind: "edition"; edition: number; title: string }
  /** `tiles` is `null` when any of them may be others than before. */
  | { kind: "tiles"; tileset: string; edition: number; tiles: TileId[] | null }
  /** Who answers for what is another than before. */
  | { kind: "duty" }
  /** What lies between cannot be told any more: read everything anew. */
  | { kind: "reset" };

/** The types of events that are subscribed to; each comes under its own name. */
export const FEED_TYPES = ["edition.in_force", "tiles.changed", "duty.changed", "reset"] as const;

/** Deeper tiles than this do not exist. */
const MAX_ZOOM = 30;

/** `z/x/y` as a tile; `null` for anything else. */
export function parseTile(text: unknown): TileId | null {
  const parts = typeof text === "string" ? /^(\d{1,2})\/(\d{1,10})\/(\d{1,10})$/.exec(text) : null;
  if (parts === null) return null;
  const [z = 0, x = 0, y = 0] = parts.slice(1).map(Number);
  return z <= MAX_ZOOM && x < 2 ** z && y < 2 ** z ? { z, x, y } : null;
}

const members = (value: unknown): Map<string, unknown> =>
  new Map(typeof value === "object" && value !== null ? Object.entries(value) : []);

function tilesOf(data: Map<string, unknown>): TileId[] | null {
  const listed: unknown = data.get("tiles");
  if (data.get("all") === true || !Array.isArray(listed)) return null;
  const tiles = listed.map(parseTile);
  // An id that cannot be read may be any of them.
  return tiles.some((tile) => tile === null) ? null : tiles.filter((tile) => tile !== null);
}

/** Reads one CloudEvent; `null` for what this viewer does not know, which a newer server may send. */
export function readEvent(text: string): FeedEvent | null {
  let event: Map<string, unknown>;
  try {
    event = members(JSON.parse(text));
  } catch {
    return null;
  }
  const data = members(event.get("data"));
  const [type, edition, title, tileset] = [
    event.get("type"),
    data.get("edition"),
    data.get("title"),
    data.get("tileset"),
  ];
  const known = typeof type === "string" ? FEED_TYPES.find((name) => type === name || type.endsWith(`.${name}`)) : null;
  if (known === "reset") return { kind: "reset" };
  if (known === "duty.changed") return { kind: "duty" };
  if (typeof edition !== "number") return null;
  if (known === "edition.in_force") return { kind: "edition", edition, title: typeof title === "string" ? title : "" };
  if (known === "tiles.changed" && typeof tileset === "string")
    return { kind: "tiles", tileset, edition, tiles: tilesOf(data) };
  return null;
}

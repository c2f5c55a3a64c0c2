/** Fetches tiles again that have changed on the server, and no others. */
import type { TileId } from "../live/feed-event";

type TileEvent = { sourceId?: string; coord?: { canonical: TileId } };

/** What is used of the map. */
export type TileMap = {
  getSource: (id: string) => unknown;
  refreshTiles: (id: string, tiles?: TileId[]) => void;
  on: (type: "sourcedataloading" | "sourcedata" | "sourcedataabort", listener: (event: TileEvent) => void) => unknown;
};

export type Refresher = (tileset: string | null, tiles: readonly TileId[] | null) => void;

/** The sources that hold tiles of the server; all are named after their tilesets. */
const TILESETS = ["areas", "places"];

const key = (source: string, { z, x, y }: TileId): string => `${source}/${z}/${x}/${y}`;

/**
 * The map asks again only for tiles that it shows. One that is still on its way when it changes may bring the old content and would keep it, so
 * it is asked for once more as soon as it is there. Tiles out of sight are not kept at all, see `maxTileCacheSize`.
 */
export function tileRefresher(map: TileMap): Refresher {
  const onTheirWay = new Set<string>();
  const onceMore = new Map<string, () => void>();
  map.on("sourcedataloading", ({ sourceId, coord }) => {
    if (sourceId !== undefined && coord !== undefined) onTheirWay.add(key(sourceId, coord.canonical));
  });
  const arrived = ({ sourceId, coord }: TileEvent): void => {
    if (sourceId === undefined || coord === undefined) return;
    const id = key(sourceId, coord.canonical);
    onTheirWay.delete(id);
    const again = onceMore.get(id);
    onceMore.delete(id);
    again?.();
  };
  map.on("sourcedata", arrived);
  map.on("sourcedataabort", arrived);
  const refresh = (tileset: string, tiles: readonly TileId[] | null): void => {
    if (map.getSource(tileset) === undefined) return;
    if (tiles === null) {
      map.refreshTiles(tileset);
      return;
    }
    map.refreshTiles(tileset, [...tiles]);
    for (const tile of tiles) {
      const id = key(tileset, tile);
      if (onTheirWay.has(id)) onceMore.set(id, () => map.refreshTiles(tileset, [tile]));
    }
  };
  return (tileset, tiles) => {
    for (const name of tileset === null ? TILESETS : [tileset]) refresh(name, tiles);
  };
}

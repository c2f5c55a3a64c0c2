//! Tiles drawn before anyone asks: those of low zooms, which everybody begins with and which take longest.

use std::sync::Arc;

use super::{
    Encoding, MAX_TILE_ZOOM, MatrixSet, Scope, TileCache, TileCoord, TileKey, TileSource, Tileset, tiles_over,
};

/// Tiles drawn ahead, of each tileset; the zooms that go in whole. A district fills them at zoom 12 or 13.
pub const WARM_TILES: usize = 64;

/// Draws low zooms of `source` into `cache`, one after the other, as long as it `is_wanted`.
pub async fn warm_up(cache: &TileCache, source: &Arc<TileSource>, is_wanted: impl Fn() -> bool) {
    for (tileset, coord) in low_zooms(source) {
        let version = source.version(tileset, coord).await;
        for encoding in Encoding::KEPT {
            if !is_wanted() {
                return;
            }
            let key = TileKey { tileset, version, coord, scope: Scope::Public, encoding };
            // What cannot be drawn is told to the log, and to whoever asks for it.
            let _ = cache.answer(source, key).await;
        }
    }
}

/// The tiles over the extent, zoom by zoom while they go into [`WARM_TILES`], of each tileset.
fn low_zooms(source: &TileSource) -> Vec<(Tileset, TileCoord)> {
    let Some(extent) = source.extent() else { return Vec::new() };
    let mut coords = Vec::new();
    for zoom in 0..=MAX_TILE_ZOOM {
        let range = tiles_over(MatrixSet::WebMercatorQuad, zoom, extent);
        if coords.len() as u64 + range.count() > WARM_TILES as u64 {
            break;
        }
        coords.extend(range.iter());
    }
    let of = |tileset| coords.iter().map(move |&coord| (tileset, coord));
    Tileset::ALL.into_iter().filter(|&tileset| source.has(tileset)).flat_map(of).collect()
}

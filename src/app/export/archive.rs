//! One archive, from an order to its last byte.

use std::{
    io::{self, Seek, Write},
    ops::RangeInclusive,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use onemap_tiles::UNITS_PER_DEGREE;
use pmtiles::{Compression, PmTilesWriter, PmtError, TileCoord, TileId, TileType};

use super::{
    cover::{Cover, Figure, MAX_TILES},
    describe::describe,
    draw::draw_all,
};
use crate::{
    app::tiles::{AreaTiles, PlaceTiles, Tileset},
    domain::{
        area::{Level, Snapshot},
        coverage::AreaIndex,
        geometry::Extent,
        place::Place,
    },
};

/// How far around a tile something may lie that is drawn in it, in tile units: the buffer, and room for lines that are
/// simplified. Tiles that are tried and stay empty are left out.
const NEAR: u32 = 512;

/// What to export.
#[derive(Debug, Clone)]
pub struct Order {
    /// Which tiles.
    pub tileset: Tileset,
    /// On which zooms.
    pub zooms: RangeInclusive<u8>,
    /// Only tiles that meet this area.
    pub area: Option<AreaIndex>,
}

/// How far an export is; shared with whoever shows it.
#[derive(Debug, Default)]
pub struct Progress {
    /// Tiles to try; 0 until they are known.
    pub total: AtomicU64,
    /// Tiles that were tried.
    pub tried: AtomicU64,
}

/// What an archive holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exported {
    /// Tiles that are not empty.
    pub tiles: u64,
    /// The zooms that they are on.
    pub zooms: RangeInclusive<u8>,
}

/// Why there is no archive.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The edition has no areas, or there are no places.
    #[error("there is nothing to export")]
    Empty,
    /// Nothing is drawn on the zooms that were asked for.
    #[error("nothing is drawn on zooms {}-{}", .0.start(), .0.end())]
    NothingDrawn(RangeInclusive<u8>),
    /// There are too many tiles.
    #[error("these are more than {MAX_TILES} tiles; ask for fewer zooms, or for an area")]
    TooMany,
    /// It cannot be written.
    #[error(transparent)]
    Write(#[from] io::Error),
}

/// To snap whole zooms costs for so many areas what it spares a tile.
const AREAS_PER_TILE: u64 = 32;

/// Writes the tiles of an edition to `out`, by all cores; `places` are drawn when the order says so.
///
/// The bytes depend on the edition, the places and the order only. CPU work of seconds.
pub fn export_pmtiles(
    snapshot: &Arc<Snapshot>,
    places: &[Place],
    order: &Order,
    out: impl Write + Seek,
    progress: &Progress,
) -> Result<Exported, ExportError> {
    let edition = snapshot.edition.as_ref().ok_or(ExportError::Empty)?;
    let (figure, margin) = figure(snapshot, places, order);
    let extent = figure.extent().ok_or(ExportError::Empty)?;
    let cover = Cover::of(&figure, order.zooms.clone(), margin).map_err(|_| ExportError::TooMany)?;
    progress.total.store(cover.count(), Ordering::Relaxed);
    match order.tileset {
        Tileset::Areas => {
            let tiles = AreaTiles::new(snapshot, None);
            if cover.count().saturating_mul(AREAS_PER_TILE) > snapshot.hierarchy.areas().len() as u64 {
                tiles.prepare();
            }
            let metadata = describe(snapshot, edition, order, tiles.vector_layers());
            write(&cover, extent, order, metadata, |coord| tiles.tile(coord), out, progress)
        }
        Tileset::Places => {
            let tiles = PlaceTiles::new(places, &snapshot.profile.place_classes);
            let metadata = describe(snapshot, edition, order, tiles.vector_layers());
            write(&cover, extent, order, metadata, |coord| tiles.tile(coord), out, progress)
        }
    }
}

/// Around what tiles are looked for, and how far.
fn figure(snapshot: &Snapshot, places: &[Place], order: &Order) -> (Figure, u32) {
    let polygons = |areas: std::ops::Range<AreaIndex>| areas.map(|index| snapshot.coverage.polygon(index));
    match (order.area, order.tileset) {
        (Some(area), _) => (Figure::of_areas(polygons(area..area + 1)), 0),
        // All others lie within these.
        (None, Tileset::Areas) => (Figure::of_areas(polygons(snapshot.hierarchy.of_level(Level(0)))), NEAR),
        (None, Tileset::Places) => (Figure::of_places(places), NEAR),
    }
}

fn write(
    cover: &Cover,
    extent: Extent,
    order: &Order,
    metadata: String,
    draw: impl Fn(onemap_tiles::TileCoord) -> Vec<u8> + Sync,
    out: impl Write + Seek,
    progress: &Progress,
) -> Result<Exported, ExportError> {
    let [west, south, east, north] = extent.to_degrees();
    let (lon, lat) = (f64::midpoint(west, east), f64::midpoint(south, north));
    let writer = PmTilesWriter::new(TileType::Mvt)
        .precompressed(Compression::Gzip)
        .bounds(west, south, east, north)
        .center(lon, lat)
        .metadata(metadata);
    let mut writer = writer.create(out).map_err(written)?;
    let mut exported = Exported { tiles: 0, zooms: *order.zooms.end()..=*order.zooms.start() };
    draw_all(cover, &draw, |piece| -> Result<(), ExportError> {
        for (number, tile) in &piece.tiles {
            let coord = TileCoord::from(TileId::new(*number).map_err(written)?);
            writer.add_tile(coord, tile).map_err(written)?;
            let (first, last) = (*exported.zooms.start(), *exported.zooms.end());
            exported.zooms = first.min(coord.z())..=last.max(coord.z());
        }
        exported.tiles += piece.tiles.len() as u64;
        progress.tried.fetch_add(piece.tried, Ordering::Relaxed);
        Ok(())
    })?;
    if exported.tiles == 0 {
        return Err(ExportError::NothingDrawn(order.zooms.clone()));
    }
    let (first, last) = (*exported.zooms.start(), *exported.zooms.end());
    writer.set_zoom_range(first, last);
    writer.set_center(lon, lat, zoom_for(extent).clamp(first, last));
    writer.finalize().map_err(written)?;
    Ok(exported)
}

/// The deepest zoom on which an extent is at most two tiles wide.
fn zoom_for(extent: Extent) -> u8 {
    let wide = (i64::from(extent.max().lon()) - i64::from(extent.min().lon())).max(1);
    let tile = |zoom: u8| (360 * i64::from(UNITS_PER_DEGREE)) >> zoom;
    (1..=18).rev().find(|&zoom| wide <= 2 * tile(zoom)).unwrap_or(0)
}

fn written(error: PmtError) -> ExportError {
    ExportError::Write(match error {
        PmtError::Reading(error) => error,
        other => io::Error::other(other),
    })
}

//! Which tiles an export tries: those that something lies in or near.

use std::ops::{Range, RangeInclusive};

use onemap_tiles::{MatrixSet, TileCoord};
use pmtiles::PYRAMID_SIZE_BY_ZOOM;

use crate::domain::{
    geometry::{Extent, MultiPolygon, Position, predicates},
    place::{Place, PlaceGeometry},
};

/// Most tiles that an export tries; the directory of as many takes some 1.5 GB of memory while it is made.
pub const MAX_TILES: u64 = 20_000_000;

/// What tiles are looked for around: edges, and what lies inside of some.
#[derive(Default)]
pub(super) struct Figure {
    edges: Vec<[Position; 2]>,
    polygons: Vec<(Extent, MultiPolygon)>,
}

impl Figure {
    /// The figure of some areas.
    pub(super) fn of_areas(areas: impl Iterator<Item = MultiPolygon>) -> Self {
        let mut figure = Self::default();
        areas.for_each(|area| figure.add_polygon(area));
        figure
    }

    /// The figure of places.
    pub(super) fn of_places(places: &[Place]) -> Self {
        let mut figure = Self::default();
        for place in places {
            match &place.geometry {
                PlaceGeometry::Point(position) => figure.edges.push([*position; 2]),
                PlaceGeometry::Line(line) => figure.edges.extend(line.windows(2).map(|pair| [pair[0], pair[1]])),
                PlaceGeometry::Polygon(area) => figure.add_polygon(area.clone()),
            }
        }
        figure
    }

    fn add_polygon(&mut self, area: MultiPolygon) {
        let Some(extent) = area.extent() else { return };
        self.edges.extend(area.rings().flat_map(|ring| ring.edges()).map(|(a, b)| [a, b]));
        self.polygons.push((extent, area));
    }

    /// The smallest extent around all of it; `None` when there is nothing.
    pub(super) fn extent(&self) -> Option<Extent> {
        Extent::around(self.edges.iter().flatten().copied())
    }
}

/// More tiles than [`MAX_TILES`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooMany;

/// Tiles by their PMTiles numbers, which run along a Hilbert curve, zoom after zoom.
///
/// **Invariant**: ranges ascend, none is empty, no two touch.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Cover(Vec<Range<u64>>);

impl Cover {
    /// The WebMercatorQuad tiles of `zooms` that meet the figure, each grown by `margin` tile units on all sides.
    pub(super) fn of(figure: &Figure, zooms: RangeInclusive<u8>, margin: u32) -> Result<Self, TooMany> {
        let mut search = Search { figure, zooms, margin, found: Vec::new(), count: 0 };
        let world = TileCoord::new(MatrixSet::WebMercatorQuad, 0, 0, 0).expect("the tile of the world");
        let edges: Vec<u32> = (0..figure.edges.len() as u32).collect();
        let polygons: Vec<u32> = (0..figure.polygons.len() as u32).collect();
        search.descend(world, &edges, &polygons)?;
        let mut found = search.found;
        found.sort_unstable_by_key(|range| range.start);
        let mut ranges: Vec<Range<u64>> = Vec::new();
        for range in found {
            match ranges.last_mut() {
                Some(last) if last.end == range.start => last.end = range.end,
                _ => ranges.push(range),
            }
        }
        Ok(Self(ranges))
    }

    /// How many tiles.
    pub(super) fn count(&self) -> u64 {
        self.0.iter().map(|range| range.end - range.start).sum()
    }

    /// All tiles in their order, in pieces of at most `tiles`.
    pub(super) fn pieces(&self, tiles: u64) -> impl Iterator<Item = Range<u64>> {
        self.0.iter().flat_map(move |range| {
            let starts = (range.start..range.end).step_by(tiles as usize);
            starts.map(move |start| start..range.end.min(start + tiles))
        })
    }
}

struct Search<'a> {
    figure: &'a Figure,
    zooms: RangeInclusive<u8>,
    margin: u32,
    found: Vec<Range<u64>>,
    count: u64,
}

impl Search<'_> {
    /// Looks through a tile and those below it; only `edges` and `polygons` come near it.
    fn descend(&mut self, tile: TileCoord, edges: &[u32], polygons: &[u32]) -> Result<(), TooMany> {
        let frame = Frame::around(tile, self.margin);
        let near = |&&edge: &&u32| frame.meets(self.figure.edges[edge as usize]);
        let edges: Vec<u32> = edges.iter().filter(near).copied().collect();
        let near = |&&polygon: &&u32| frame.overlaps(self.figure.polygons[polygon as usize].0);
        let polygons: Vec<u32> = polygons.iter().filter(near).copied().collect();
        if edges.is_empty() {
            // No border runs through it: it is inside or outside as a whole, and so is all below it.
            let is_inside = |&polygon: &u32| frame.lies_in(&self.figure.polygons[polygon as usize].1);
            if polygons.iter().any(is_inside) {
                for zoom in tile.z().max(*self.zooms.start())..=*self.zooms.end() {
                    self.add(tile, zoom)?;
                }
            }
            return Ok(());
        }
        if self.zooms.contains(&tile.z()) {
            self.add(tile, tile.z())?;
        }
        if tile.z() < *self.zooms.end() {
            for child in tile.children().expect("zooms that are exported are not the deepest") {
                self.descend(child, &edges, &polygons)?;
            }
        }
        Ok(())
    }

    /// Adds all tiles of `zoom` that lie in `tile`: on a Hilbert curve they follow one another.
    fn add(&mut self, tile: TileCoord, zoom: u8) -> Result<(), TooMany> {
        let levels = 2 * u32::from(zoom - tile.z());
        let along = number(tile) - PYRAMID_SIZE_BY_ZOOM[usize::from(tile.z())];
        let start = PYRAMID_SIZE_BY_ZOOM[usize::from(zoom)] + (along << levels);
        self.found.push(start..start + (1 << levels));
        self.count += 1 << levels;
        if self.count > MAX_TILES { Err(TooMany) } else { Ok(()) }
    }
}

/// The PMTiles number of a tile.
pub(super) fn number(tile: TileCoord) -> u64 {
    let coord = pmtiles::TileCoord::new(tile.z(), tile.x(), tile.y());
    pmtiles::TileId::from(coord.expect("our tiles are inside the matrix")).value()
}

/// The tile with a PMTiles number, on a zoom of ours.
pub(super) fn tile_of(number: u64) -> TileCoord {
    let coord = pmtiles::TileCoord::from(pmtiles::TileId::new(number).expect("a number of a tile of ours"));
    let tile = TileCoord::new(MatrixSet::WebMercatorQuad, coord.z(), coord.x(), coord.y());
    tile.expect("a tile is inside the matrix")
}

/// A tile with its margin: west, south, east, north, all included.
struct Frame([i32; 4]);

impl Frame {
    fn around(tile: TileCoord, margin: u32) -> Self {
        let bounds = tile.bounds(margin);
        let ([west, south], [east, north]) = (bounds.min(), bounds.max());
        // What lies beyond the edge of the map is drawn on it.
        let [_, rows] = tile.matrix_set().size(tile.z());
        let south = if tile.y() + 1 == rows { i32::MIN } else { south };
        let north = if tile.y() == 0 { i32::MAX } else { north };
        Self([west, south, east, north])
    }

    fn overlaps(&self, extent: Extent) -> bool {
        let Self([west, south, east, north]) = *self;
        let (min, max) = (extent.min(), extent.max());
        min.lon() <= east && west <= max.lon() && min.lat() <= north && south <= max.lat()
    }

    /// Whether an edge has a point in it.
    fn meets(&self, [a, b]: [Position; 2]) -> bool {
        let Self([west, south, east, north]) = *self;
        let is_beside = a.lon().max(b.lon()) < west || east < a.lon().min(b.lon());
        if is_beside || a.lat().max(b.lat()) < south || north < a.lat().min(b.lat()) {
            return false;
        }
        let (run, rise) = (i128::from(b.lon()) - i128::from(a.lon()), i128::from(b.lat()) - i128::from(a.lat()));
        let side = |lon: i32, lat: i32| {
            run * (i128::from(lat) - i128::from(a.lat())) - rise * (i128::from(lon) - i128::from(a.lon()))
        };
        let sides = [side(west, south), side(east, south), side(west, north), side(east, north)];
        !(sides.iter().all(|&side| side > 0) || sides.iter().all(|&side| side < 0))
    }

    /// Whether it lies in an area none of whose edges it meets.
    fn lies_in(&self, area: &MultiPolygon) -> bool {
        let Self([west, south, east, north]) = *self;
        let inner = Position::new(west, if south == i32::MIN { north } else { south });
        let inner = inner.or_else(|| Position::new(east, 0)).map(predicates::doubled);
        let around = |point| area.rings().filter(|ring| ring.has_inside(point) == Some(true)).count() % 2 == 1;
        inner.is_some_and(around)
    }
}

#[cfg(test)]
mod tests {
    use onemap_tiles::TileRange;

    use super::*;
    use crate::domain::geometry::{Polygon, Ring};

    const DEGREE: f64 = 1e7;

    fn ring(corners: &[(f64, f64)]) -> Ring {
        let at = |&(lon, lat): &(f64, f64)| Position::new((lon * DEGREE) as i32, (lat * DEGREE) as i32);
        Ring::new(corners.iter().map(|corner| at(corner).expect("on earth")).collect()).expect("a ring")
    }

    fn area(exterior: &[(f64, f64)], holes: &[&[(f64, f64)]]) -> MultiPolygon {
        let holes = holes.iter().map(|hole| ring(hole)).collect();
        MultiPolygon { polygons: vec![Polygon { exterior: ring(exterior), holes }] }
    }

    /// The tiles of `zooms` that an area meets, by looking at every tile and every edge.
    fn naive(area: &MultiPolygon, zooms: RangeInclusive<u8>, margin: u32) -> Vec<u64> {
        let mut found = Vec::new();
        for zoom in zooms {
            let world = Frame::around(tile_of(0), 0);
            let bounds = onemap_tiles::LatticeBounds::new([world.0[0], -900_000_000], [world.0[2], 900_000_000]);
            let all = TileRange::covering(MatrixSet::WebMercatorQuad, zoom, bounds.expect("in order")).expect("a zoom");
            for tile in all.iter() {
                let frame = Frame::around(tile, margin);
                let meets = area.rings().flat_map(|ring| ring.edges()).any(|(a, b)| frame.meets([a, b]));
                if meets || frame.lies_in(area) {
                    found.push(number(tile));
                }
            }
        }
        found.sort_unstable();
        found
    }

    #[track_caller]
    fn check(area: &MultiPolygon, zooms: RangeInclusive<u8>, margin: u32) {
        let figure = Figure::of_areas(std::iter::once(area.clone()));
        let cover = Cover::of(&figure, zooms.clone(), margin).expect("not too many");
        let tiles: Vec<u64> = cover.pieces(5).flatten().collect();
        assert_eq!(tiles, naive(area, zooms, margin));
        assert_eq!(cover.count(), tiles.len() as u64);
        assert!(cover.pieces(5).all(|piece| piece.end - piece.start <= 5));
    }

    #[test]
    fn the_search_finds_what_looking_at_every_tile_finds() {
        let triangle = area(&[(-40.0, -20.0), (100.0, 10.0), (20.0, 70.0)], &[]);
        let holed = area(
            &[(-170.0, -60.0), (170.0, -60.0), (170.0, 60.0), (-170.0, 60.0)],
            &[&[(-100.0, -50.0), (-90.0, 50.0), (150.0, 40.0), (120.0, -50.0)]],
        );
        let tiny = area(&[(119.0, 25.0), (119.001, 25.0), (119.0, 25.001)], &[]);
        let cap = area(&[(-180.0, 86.0), (180.0, 86.0), (180.0, 89.0), (-180.0, 89.0)], &[]);
        for area in [triangle, holed, tiny, cap] {
            check(&area, 0..=6, 0);
            check(&area, 3..=5, 512);
        }
    }

    #[test]
    fn numbers_follow_the_curve_of_the_specification() {
        // From the specification of PMTiles, version 3.
        for (z, x, y, expected) in [
            (0, 0, 0, 0),
            (1, 0, 0, 1),
            (1, 0, 1, 2),
            (1, 1, 1, 3),
            (1, 1, 0, 4),
            (2, 0, 0, 5),
            (12, 3423, 1763, 19078479),
        ] {
            let tile = TileCoord::new(MatrixSet::WebMercatorQuad, z, x, y).expect("a tile");
            assert_eq!((number(tile), tile_of(expected)), (expected, tile));
        }
    }

    #[test]
    fn points_and_lines_are_met_and_too_many_tiles_are_refused() {
        let place = |geometry| Place::bare(1, crate::domain::place::PlaceLayer::Road, geometry);
        let at = |lon: f64, lat: f64| Position::new((lon * DEGREE) as i32, (lat * DEGREE) as i32).expect("on earth");
        let point = Figure::of_places(&[place(PlaceGeometry::Point(at(119.0, 25.4)))]);
        assert_eq!(Cover::of(&point, 0..=18, 0).map(|cover| cover.count()), Ok(19));
        assert_eq!(point.extent(), Some(Extent::of(at(119.0, 25.4))));
        let line = Figure::of_places(&[place(PlaceGeometry::Line(vec![at(-80.0, 1.0), at(80.0, 1.0)]))]);
        assert_eq!(Cover::of(&line, 3..=3, 0).map(|cover| cover.count()), Ok(4));
        let world = area(&[(-180.0, -85.0), (180.0, -85.0), (180.0, 85.0), (-180.0, 85.0)], &[]);
        assert_eq!(Cover::of(&Figure::of_areas(std::iter::once(world)), 0..=18, 0), Err(TooMany));
        assert_eq!(Cover::of(&Figure::default(), 0..=18, 0).map(|cover| cover.count()), Ok(0));
    }
}

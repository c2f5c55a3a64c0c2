//! The part of the map that one tile can show.

use std::ops::Range;

use onemap_tiles::{LatticeBounds, MatrixSet, TileCoord, WORLD_BITS};

use super::{shape::point, version::Digest};
use crate::domain::geometry::Position;

/// Tile units per side of a tile, as a power of two.
const EXTENT_BITS: u32 = onemap_tiles::EXTENT.trailing_zeros();

/// Side of a pixel of a tile of 512 pixels, in tile units.
const PIXEL_UNITS: i64 = onemap_tiles::EXTENT as i64 / 512;

/// One tile and what is near it.
#[derive(Clone, Copy)]
pub(super) struct Window {
    pub(super) coord: TileCoord,
    /// The zoom of WebMercatorQuad that shows about as much.
    pub(super) zoom: u8,
    /// Where what the tile is drawn from must be.
    pub(super) reach: LatticeBounds,
}

impl Window {
    pub(super) fn new(coord: TileCoord) -> Self {
        Self { coord, zoom: mercator_zoom(coord.matrix_set(), coord.z()), reach: coord.reach() }
    }

    /// A position in the window.
    pub(super) fn middle(&self) -> [i32; 2] {
        let bounds = self.coord.bounds(0);
        [0, 1].map(|axis| ((i64::from(bounds.min()[axis]) + i64::from(bounds.max()[axis])) / 2) as i32)
    }

    /// Calls `each` with the longest stretches of `line` of which no segment lies beyond a side of the window.
    pub(super) fn stretches(&self, line: &[Position], mut each: impl FnMut(Range<usize>)) {
        let (mut start, mut before) = (None, u8::MAX);
        for (here, &position) in line.iter().enumerate() {
            let sides = self.beyond(point(position));
            if here > 0 && before & sides == 0 {
                start.get_or_insert(here - 1);
            } else if let Some(start) = start.take() {
                each(start..here);
            }
            before = sides;
        }
        if let Some(start) = start {
            each(start..line.len());
        }
    }

    /// The positions of a line, less those without which it runs around the window the same way.
    pub(super) fn reduced(&self, line: &[Position]) -> Vec<[i32; 2]> {
        let mut kept = Vec::with_capacity(line.len());
        let mut before = 0;
        let mut sides = line.first().map_or(0, |&first| self.beyond(point(first)));
        for (here, &position) in line.iter().enumerate() {
            let after = line.get(here + 1).map_or(0, |&after| self.beyond(point(after)));
            if here == 0 || before & sides & after == 0 {
                kept.push(point(position));
                before = sides;
            }
            sides = after;
        }
        kept
    }

    /// One bit for each side of the window that the position lies strictly beyond.
    fn beyond(&self, [lon, lat]: [i32; 2]) -> u8 {
        let ([west, south], [east, north]) = (self.reach.min(), self.reach.max());
        u8::from(lon < west) | u8::from(lon > east) << 1 | u8::from(lat < south) << 2 | u8::from(lat > north) << 3
    }

    /// The tile unit in which the tile shows a point; `None` when another tile does.
    pub(super) fn unit(&self, position: [i32; 2]) -> Option<[i64; 2]> {
        let set = self.coord.matrix_set();
        let world = set.project(position);
        let bits = self.unit_bits();
        let size = set.size(self.coord.z());
        let at = [self.coord.x(), self.coord.y()];
        let unit = [0, 1].map(|axis| {
            let origin = i64::from(at[axis]) << (bits + EXTENT_BITS);
            (world[axis] - origin + (1 << (bits - 1))) >> bits
        });
        // what is on the edge of the world has no next tile to be in
        let end = [0, 1].map(|axis| i64::from(onemap_tiles::EXTENT) + i64::from(at[axis] + 1 == size[axis]));
        (0..2).all(|axis| (0..end[axis]).contains(&unit[axis])).then_some(unit)
    }

    /// Whether something of these bounds is smaller than a pixel, up and across.
    pub(super) fn is_below_pixel(&self, bounds: LatticeBounds) -> bool {
        let set = self.coord.matrix_set();
        let ([west, south], [east, north]) = (bounds.min(), bounds.max());
        // across first, which takes no projection: that is all that most need
        let pixels_around = i64::from(set.size(self.coord.z())[0]) * i64::from(onemap_tiles::EXTENT) / PIXEL_UNITS;
        let is_narrow = (i64::from(east) - i64::from(west)) * pixels_around < 2 * i64::from(onemap_tiles::LON_LIMIT);
        is_narrow && set.project([0, south])[1] - set.project([0, north])[1] < PIXEL_UNITS << self.unit_bits()
    }

    /// World steps in a tile unit, as a power of two.
    fn unit_bits(&self) -> u32 {
        let set = self.coord.matrix_set();
        WORLD_BITS - EXTENT_BITS - u32::from(self.coord.z() - set.min_zoom())
    }
}

/// The zoom of WebMercatorQuad whose tiles show about as much as those of zoom `z` of `set`.
pub(super) fn mercator_zoom(set: MatrixSet, z: u8) -> u8 {
    // tiles of the degree sets are 180 degrees wide at their first zoom, as those of Mercator are at zoom 1
    match set {
        MatrixSet::WebMercatorQuad => z,
        _ => z - set.min_zoom() + 1,
    }
}

/// Puts a stretch of a border, the same whichever way it runs, and says whether it was turned around.
pub(super) fn is_turned(stretch: &[Position]) -> bool {
    let ends = |one: usize| (stretch.get(one), stretch.len().checked_sub(one + 1).map(|other| &stretch[other]));
    let ((first, last), (second, last_but_one)) = (ends(0), ends(1));
    (first, second) > (last, last_but_one)
}

/// Puts the positions of a stretch, turned around or not.
pub(super) fn put_stretch(digest: &mut Digest, stretch: &[Position], turned: bool) {
    digest.word(stretch.len() as u64);
    if turned {
        stretch.iter().rev().for_each(|&position| digest.position(point(position)));
    } else {
        stretch.iter().for_each(|&position| digest.position(point(position)));
    }
}

/// Whether a ray to the east from `from` crosses the segment an odd number of times; the segment and `from` are apart.
pub(super) fn crosses(from: [i32; 2], [a, b]: [[i32; 2]; 2]) -> bool {
    (a[1] > from[1]) != (b[1] > from[1]) && a[0] > from[0]
}

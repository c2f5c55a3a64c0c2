//! Tile coordinates and ranges of them.

use std::fmt;
use std::ops::RangeInclusive;

use crate::lattice::{LAT_LIMIT, LON_LIMIT, LatticeBounds};
use crate::matrix::{MAX_ZOOM, MatrixSet, WORLD_BITS};
use crate::snap::{BUFFER, EXTENT_BITS};

/// One tile of a matrix set: zoom, column from the west, row from the north.
///
/// Ordered by matrix set, zoom, column, row.
///
/// **Invariant**: the matrix set has the zoom `z`; `x` and `y` are inside the matrix of that zoom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TileCoord {
    matrix_set: MatrixSet,
    z: u8,
    x: u32,
    y: u32,
}

/// Why numbers are not a tile coordinate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CoordError {
    /// The matrix set has no such zoom.
    Zoom {
        /// The zoom that was asked for.
        z: u8,
        /// The coarsest zoom of the set; the deepest is [`MAX_ZOOM`].
        min: u8,
    },
    /// The column is not in the matrix.
    Column {
        /// The column that was asked for.
        x: u32,
        /// The number of columns at this zoom.
        columns: u32,
    },
    /// The row is not in the matrix.
    Row {
        /// The row that was asked for.
        y: u32,
        /// The number of rows at this zoom.
        rows: u32,
    },
}

impl fmt::Display for CoordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Zoom { z, min } => write!(f, "zoom {z} is not from {min} to {MAX_ZOOM}"),
            Self::Column { x, columns } => write!(f, "column {x} is outside the matrix of {columns} columns"),
            Self::Row { y, rows } => write!(f, "row {y} is outside the matrix of {rows} rows"),
        }
    }
}

impl std::error::Error for CoordError {}

impl TileCoord {
    /// The tile in column `x` (from the west) and row `y` (from the north) of zoom `z`.
    pub const fn new(matrix_set: MatrixSet, z: u8, x: u32, y: u32) -> Result<Self, CoordError> {
        if let Err(error) = check_zoom(matrix_set, z) {
            return Err(error);
        }
        let [columns, rows] = matrix_set.size(z);
        if x >= columns {
            return Err(CoordError::Column { x, columns });
        }
        if y >= rows {
            return Err(CoordError::Row { y, rows });
        }
        Ok(Self { matrix_set, z, x, y })
    }

    /// The matrix set this tile belongs to.
    pub const fn matrix_set(self) -> MatrixSet {
        self.matrix_set
    }

    /// Zoom, as the matrix set counts it.
    pub const fn z(self) -> u8 {
        self.z
    }

    /// Column, counted from the west.
    pub const fn x(self) -> u32 {
        self.x
    }

    /// Row, counted from the north.
    pub const fn y(self) -> u32 {
        self.y
    }

    /// The tile one zoom up that holds this one; `None` at the coarsest.
    pub const fn parent(self) -> Option<Self> {
        if self.z == self.matrix_set.min_zoom() {
            return None;
        }
        Some(Self { z: self.z - 1, x: self.x / 2, y: self.y / 2, ..self })
    }

    /// The four tiles one zoom down: north-west, north-east, south-west, south-east; `None` at [`MAX_ZOOM`].
    pub const fn children(self) -> Option<[Self; 4]> {
        if self.z == MAX_ZOOM {
            return None;
        }
        let (z, x, y) = (self.z + 1, self.x * 2, self.y * 2);
        Some([
            Self { z, x, y, ..self },
            Self { z, x: x + 1, y, ..self },
            Self { z, x, y: y + 1, ..self },
            Self { z, x: x + 1, y: y + 1, ..self },
        ])
    }

    /// The lattice positions that may be drawn in this tile with `buffer` tile units around it.
    ///
    /// Rounded outwards by up to two lattice units, so never too small; with 0 these are the bounds to announce. Clamped
    /// to 180 and 90 degrees: it does not wrap. What a tile needs is in [`TileCoord::reach`].
    pub fn bounds(self, buffer: u32) -> LatticeBounds {
        let [left, top] = self.origin();
        let side = 1i64 << (WORLD_BITS - self.matrix_set.halvings(self.z));
        let margin = i64::from(buffer) << self.unit_bits();
        let lon = |x: i64, outwards: f64| clamped(self.matrix_set.lon_of(x), outwards, LON_LIMIT);
        let lat = |y: i64, outwards: f64| clamped(self.matrix_set.lat_of(y), outwards, LAT_LIMIT);
        let min = [lon(left - margin, -1.0), lat(top + side + margin, -1.0)];
        let max = [lon(left + side + margin, 1.0), lat(top - margin, 1.0)];
        LatticeBounds::new(min, max).expect("a tile's west and south edges come before its east and north edges")
    }

    /// Where the geometry is that can change a byte of this tile: query an index with it.
    ///
    /// The buffer and a unit more, for what rounds into the buffer. At the edge of the world it goes on to the end of
    /// the lattice, because what lies beyond is drawn on the edge.
    pub fn reach(self) -> LatticeBounds {
        let bounds = self.bounds(BUFFER + 1);
        let world = [LON_LIMIT, LAT_LIMIT];
        let to_the_end = |axis: usize, at: i32| match at {
            at if at <= -world[axis] => i32::MIN,
            at if at >= world[axis] => i32::MAX,
            at => at,
        };
        let corner = |[lon, lat]: [i32; 2]| [to_the_end(0, lon), to_the_end(1, lat)];
        LatticeBounds::new(corner(bounds.min()), corner(bounds.max())).expect("widening keeps the order")
    }

    /// Whether the tile is the last of its row, and the last of its column: points on the edge of the world are its own.
    pub(crate) const fn ends_world(self) -> [bool; 2] {
        let [columns, rows] = self.matrix_set.size(self.z);
        [self.x + 1 == columns, self.y + 1 == rows]
    }

    /// World position of the north-west corner.
    pub(crate) const fn origin(self) -> [i64; 2] {
        let shift = WORLD_BITS - self.matrix_set.halvings(self.z);
        [(self.x as i64) << shift, (self.y as i64) << shift]
    }

    /// The north-west corner in tile units from that of the world.
    pub(crate) const fn corner(self) -> [i32; 2] {
        [(self.x << EXTENT_BITS) as i32, (self.y << EXTENT_BITS) as i32]
    }

    /// Binary logarithm of the world steps in one tile unit.
    pub(crate) const fn unit_bits(self) -> u32 {
        WORLD_BITS - EXTENT_BITS - self.matrix_set.halvings(self.z)
    }
}

impl fmt::Display for TileCoord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.z, self.x, self.y)
    }
}

const fn check_zoom(matrix_set: MatrixSet, z: u8) -> Result<(), CoordError> {
    let min = matrix_set.min_zoom();
    if z < min || z > MAX_ZOOM { Err(CoordError::Zoom { z, min }) } else { Ok(()) }
}

fn clamped(units: f64, outwards: f64, limit: i32) -> i32 {
    let rounded = if outwards < 0.0 { libm::floor(units) } else { libm::ceil(units) };
    (rounded + outwards).clamp(-f64::from(limit), f64::from(limit)) as i32
}

/// A rectangle of tiles at one zoom.
///
/// **Invariant**: both corners are in the matrix and `min <= max` on both axes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TileRange {
    matrix_set: MatrixSet,
    z: u8,
    min: [u32; 2],
    max: [u32; 2],
}

impl TileRange {
    /// The tiles of zoom `z` that `bounds` lies in or touches, without any buffer.
    pub fn covering(matrix_set: MatrixSet, z: u8, bounds: LatticeBounds) -> Result<Self, CoordError> {
        check_zoom(matrix_set, z)?;
        let ([west, south], [east, north]) = (bounds.min(), bounds.max());
        let size = matrix_set.size(z);
        let tile = |world: [i64; 2]| {
            let index = world.map(|w| w >> (WORLD_BITS - matrix_set.halvings(z)));
            [index[0].min(i64::from(size[0]) - 1) as u32, index[1].min(i64::from(size[1]) - 1) as u32]
        };
        let min = tile(matrix_set.project([west, north]));
        let max = tile(matrix_set.project([east, south]));
        Ok(Self { matrix_set, z, min, max })
    }

    /// The columns, first and last.
    pub const fn columns(&self) -> RangeInclusive<u32> {
        self.min[0]..=self.max[0]
    }

    /// The rows, first and last.
    pub const fn rows(&self) -> RangeInclusive<u32> {
        self.min[1]..=self.max[1]
    }

    /// Number of tiles.
    pub const fn count(&self) -> u64 {
        (self.max[0] - self.min[0] + 1) as u64 * (self.max[1] - self.min[1] + 1) as u64
    }

    /// Whether `coord` is one of the tiles.
    pub fn contains(&self, coord: TileCoord) -> bool {
        coord.matrix_set == self.matrix_set
            && coord.z == self.z
            && self.columns().contains(&coord.x)
            && self.rows().contains(&coord.y)
    }

    /// The tiles, row by row from the north, each row from the west.
    pub fn iter(&self) -> impl Iterator<Item = TileCoord> + use<> {
        let Self { matrix_set, z, min, max } = *self;
        (min[1]..=max[1]).flat_map(move |y| (min[0]..=max[0]).map(move |x| TileCoord { matrix_set, z, x, y }))
    }
}

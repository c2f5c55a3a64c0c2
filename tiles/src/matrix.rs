//! Tile matrix sets: how the lattice is projected and cut.

use crate::lattice::{LAT_LIMIT, LON_LIMIT, LatticeBounds};
use crate::mercator::{MERCATOR_LAT_LIMIT, Mercator, mercator_lat, mercator_y};

/// Deepest zoom. A tile unit is then finer than the lattice.
pub const MAX_ZOOM: u8 = 22;

/// A world position counts steps from the west edge and from the north edge of the projected world; a tile of the first
/// zoom is 2^40 steps wide and high.
///
/// At [`MAX_ZOOM`] a tile unit is still 64 steps, so rounding to units at any zoom is a shift of one stored integer.
pub const WORLD_BITS: u32 = 40;

const TILE: f64 = (1u64 << WORLD_BITS) as f64;

/// 2^40 steps / (360 * 1e7 lattice units) in lowest terms is 2^30 / 3515625, so that products stay below 2^63.
const LOWEST_TERMS: i64 = 3_515_625;

/// A tile matrix set in the sense of OGC 17-083r4, "Two Dimensional Tile Matrix Set and Tile Set Metadata".
///
/// The two sets in degrees cut the world alike, in 2 x 1 tiles of 180 degrees at their first zoom. They number zooms and
/// order axes differently: see the variants. What the standard says about a set in JSON is in [`MatrixSet::matrices`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum MatrixSet {
    /// Spherical Mercator (EPSG:3857), one tile at zoom 0. In the OGC register.
    WebMercatorQuad,
    /// Degrees of WGS 84, longitude first (CRS84), two tiles at zoom 0. In the OGC register.
    WorldCrs84Quad,
    /// Degrees of CGCS2000 (EPSG:4490, latitude first), two tiles at zoom **1**, no zoom 0: the set `c` of 天地图.
    ///
    /// Not in the OGC register. The capabilities of 天地图 (`vec_c/wmts`) begin at the matrix `1` with 2 x 1 tiles and the
    /// corner (90, -180), so that its zooms have cells of nearly the size of Web Mercator's; zoom z here is zoom z - 1 of
    /// [`MatrixSet::WorldCrs84Quad`]. CGCS2000 and WGS 84 differ by less than a lattice unit's worth of drawing (some
    /// centimetres), and positions are taken as they are.
    Cgcs2000Quad,
}

impl MatrixSet {
    /// Every set.
    pub const ALL: [Self; 3] = [Self::WebMercatorQuad, Self::WorldCrs84Quad, Self::Cgcs2000Quad];

    /// Identifier, as it stands in a URL; for the registered sets that of the OGC register.
    pub const fn name(self) -> &'static str {
        match self {
            Self::WebMercatorQuad => "WebMercatorQuad",
            Self::WorldCrs84Quad => "WorldCRS84Quad",
            Self::Cgcs2000Quad => "CGCS2000Quad",
        }
    }

    /// The set of this identifier; case matters.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|set| set.name() == name)
    }

    /// The zoom of the coarsest matrix.
    pub const fn min_zoom(self) -> u8 {
        match self {
            Self::WebMercatorQuad | Self::WorldCrs84Quad => 0,
            Self::Cgcs2000Quad => 1,
        }
    }

    /// Columns and rows of the matrix at `zoom`, which is from [`MatrixSet::min_zoom`] to [`MAX_ZOOM`].
    pub const fn size(self, zoom: u8) -> [u32; 2] {
        let rows = 1 << self.halvings(zoom);
        match self {
            Self::WebMercatorQuad => [rows, rows],
            Self::WorldCrs84Quad | Self::Cgcs2000Quad => [2 * rows, rows],
        }
    }

    /// What the set shows; positions outside are drawn on its edge.
    pub fn world(self) -> LatticeBounds {
        let lat = match self {
            Self::WebMercatorQuad => MERCATOR_LAT_LIMIT,
            Self::WorldCrs84Quad | Self::Cgcs2000Quad => LAT_LIMIT,
        };
        LatticeBounds::new([-LON_LIMIT, -lat], [LON_LIMIT, lat]).expect("south-west before north-east")
    }

    /// World position `[x, y]`, east and south of the north-west corner, in steps of 2^-[`WORLD_BITS`] of a tile of the
    /// first zoom.
    ///
    /// `position` is `[lon, lat]` in lattice units; what is outside [`MatrixSet::world`] comes out on its edge.
    /// Monotone on both axes, and the same on every machine: degrees are integer arithmetic, Mercator's latitude uses
    /// `libm`.
    pub fn project(self, position: [i32; 2]) -> [i64; 2] {
        self.project_with(position, mercator_y)
    }

    /// Like `project`, for many positions.
    pub(crate) fn project_one_of_many(self, position: [i32; 2], mercator: &mut Mercator) -> [i64; 2] {
        self.project_with(position, |lat| mercator.y(lat))
    }

    fn project_with(self, [lon, lat]: [i32; 2], mercator_y: impl FnOnce(i32) -> i64) -> [i64; 2] {
        let east = i64::from(lon.clamp(-LON_LIMIT, LON_LIMIT)) + i64::from(LON_LIMIT);
        match self {
            Self::WebMercatorQuad => [((east << 30) + LOWEST_TERMS / 2) / LOWEST_TERMS, mercator_y(lat)],
            Self::WorldCrs84Quad | Self::Cgcs2000Quad => {
                let south = i64::from(LAT_LIMIT) - i64::from(lat.clamp(-LAT_LIMIT, LAT_LIMIT));
                [east, south].map(|units| ((units << 31) + LOWEST_TERMS / 2) / LOWEST_TERMS)
            }
        }
    }

    /// How often a tile of the first zoom is halved to get one of `zoom`.
    pub(crate) const fn halvings(self, zoom: u8) -> u32 {
        (zoom - self.min_zoom()) as u32
    }

    /// Longitude in lattice units (not rounded) of a world x; outside the world it continues beyond 180 degrees.
    pub(crate) fn lon_of(self, x: i64) -> f64 {
        let columns = f64::from(self.size(self.min_zoom())[0]);
        (x as f64 / (TILE * columns) - 0.5) * 2.0 * f64::from(LON_LIMIT)
    }

    /// Latitude in lattice units (not rounded) of a world y; on and beyond the edge it is the pole.
    pub(crate) fn lat_of(self, y: i64) -> f64 {
        if y <= 0 {
            return f64::from(LAT_LIMIT);
        }
        if y >= 1 << WORLD_BITS {
            return -f64::from(LAT_LIMIT);
        }
        match self {
            Self::WebMercatorQuad => mercator_lat(y),
            Self::WorldCrs84Quad | Self::Cgcs2000Quad => (1.0 - 2.0 * (y as f64 / TILE)) * f64::from(LAT_LIMIT),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SET: MatrixSet = MatrixSet::WebMercatorQuad;

    #[test]
    fn corners_and_centre_of_the_world_are_exact() {
        assert_eq!(SET.project([0, 0]), [1 << 39, 1 << 39]);
        assert_eq!(SET.project([-LON_LIMIT, LAT_LIMIT]), [0, 0]);
        assert_eq!(SET.project([LON_LIMIT, -LAT_LIMIT]), [1 << 40, 1 << 40]);
        let edge = SET.project([0, MERCATOR_LAT_LIMIT]);
        assert!((0..4000).contains(&edge[1]), "{edge:?}");
        for set in [MatrixSet::WorldCrs84Quad, MatrixSet::Cgcs2000Quad] {
            assert_eq!(set.project([0, 0]), [1 << 40, 1 << 39]);
            assert_eq!(set.project([-LON_LIMIT, LAT_LIMIT]), [0, 0]);
            assert_eq!(set.project([LON_LIMIT, -LAT_LIMIT]), [1 << 41, 1 << 40]);
            assert_eq!(set.project([900_000_000, 450_000_000]), [3 << 39, 1 << 38]);
        }
    }

    #[test]
    fn positions_beyond_the_world_come_out_on_its_edge() {
        for set in MatrixSet::ALL {
            let ([west, south], [east, north]) = (set.world().min(), set.world().max());
            for far in [i32::MIN, i32::MAX] {
                let [x, y] = set.project([far, far]);
                let [on_x, on_y] = set.project(if far < 0 { [west, south - 1] } else { [east, north + 1] });
                assert_eq!([x, y], [on_x, on_y]);
            }
        }
    }

    #[test]
    fn known_place_projects_as_the_formula_of_epsg_3857_says() {
        // Putian, 119.0077 E 25.4310 N; x = 0.830576944..., y by ln(tan(pi/4 + lat/2)) in double precision
        let [x, y] = SET.project([1_190_077_000, 254_310_000]);
        let lat = 25.4310_f64.to_radians();
        let expected = 0.5 - (std::f64::consts::FRAC_PI_4 + lat / 2.0).tan().ln() / (2.0 * std::f64::consts::PI);
        assert!((x as f64 / TILE - (119.0077 + 180.0) / 360.0).abs() < 1e-12);
        assert!((y as f64 / TILE - expected).abs() < 1e-12);
    }

    #[test]
    fn latitude_is_strictly_monotone_where_people_live() {
        for set in MatrixSet::ALL {
            let mut before = set.project([0, 253_000_000])[1];
            for lat in 253_000_001..253_020_000 {
                let y = set.project([0, lat])[1];
                assert!(y < before, "{lat}");
                before = y;
            }
        }
    }

    #[test]
    fn inverse_comes_back_within_a_lattice_unit() {
        for set in MatrixSet::ALL {
            for lat in (-850_000_000..=850_000_000).step_by(7_654_321) {
                let [x, y] = set.project([lat, lat]);
                assert!((set.lat_of(y) - f64::from(lat)).abs() < 1.0, "{lat}");
                assert!((set.lon_of(x) - f64::from(lat)).abs() < 1.0, "{lat}");
            }
        }
    }
}

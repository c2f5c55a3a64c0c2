//! What OGC 17-083r4 says about a tile matrix set, as values for whoever prints its JSON.

use crate::matrix::{MAX_ZOOM, MatrixSet};

/// Half the circumference of the sphere of Web Mercator in metres: pi times 6378137.
const MERCATOR_HALF_M: f64 = 20_037_508.342_789_244;

/// Scale denominator of one tile of 256 pixels of 0.28 mm around 360 degrees of an equator of 6378137 m radius.
const SCALE_OF_THE_WORLD: f64 = 559_082_264.028_717_8;

/// Pixels per side of a tile, for scales; vector tiles have [`crate::EXTENT`] units on the same side.
const TILE_PIXELS: u32 = 256;

/// One zoom of a matrix set, named as in the JSON encoding of OGC 17-083r4. The corner of origin is always `topLeft`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TileMatrix {
    /// The zoom; printed, it is the `id`.
    pub zoom: u8,
    /// `scaleDenominator`, for pixels of 0.28 mm. 天地图 prints 1.058 times as much for the same cells: it counts in pixels
    /// of 96 to the inch.
    pub scale_denominator: f64,
    /// `cellSize`: side of one of 256 pixels in units of the CRS, metres or degrees.
    pub cell_size: f64,
    /// `pointOfOrigin`: the north-west corner, in the order of [`MatrixSet::ordered_axes`].
    pub point_of_origin: [f64; 2],
    /// `tileWidth` in pixels.
    pub tile_width: u32,
    /// `tileHeight` in pixels.
    pub tile_height: u32,
    /// `matrixWidth`: number of columns.
    pub matrix_width: u32,
    /// `matrixHeight`: number of rows.
    pub matrix_height: u32,
}

impl MatrixSet {
    /// `title`, English.
    pub const fn title(self) -> &'static str {
        match self {
            Self::WebMercatorQuad => "Google Maps Compatible for the World",
            Self::WorldCrs84Quad => "CRS84 for the World",
            Self::Cgcs2000Quad => "CGCS2000 for the World, as the set c of Tianditu (天地图)",
        }
    }

    /// `uri` of the definition in the OGC register, for those that are in it.
    pub const fn uri(self) -> Option<&'static str> {
        match self {
            Self::WebMercatorQuad => Some("http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad"),
            Self::WorldCrs84Quad => Some("http://www.opengis.net/def/tilematrixset/OGC/1.0/WorldCRS84Quad"),
            Self::Cgcs2000Quad => None,
        }
    }

    /// `crs`, a URI.
    pub const fn crs(self) -> &'static str {
        match self {
            Self::WebMercatorQuad => "http://www.opengis.net/def/crs/EPSG/0/3857",
            Self::WorldCrs84Quad => "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
            Self::Cgcs2000Quad => "http://www.opengis.net/def/crs/EPSG/0/4490",
        }
    }

    /// `orderedAxes`, in the order of the CRS: EPSG:4490 has latitude first, CRS84 has not.
    pub const fn ordered_axes(self) -> [&'static str; 2] {
        match self {
            Self::WebMercatorQuad => ["X", "Y"],
            Self::WorldCrs84Quad => ["Lon", "Lat"],
            Self::Cgcs2000Quad => ["Lat", "Lon"],
        }
    }

    /// `wellKnownScaleSet`, a URI. That of CRS84 begins a zoom below the first one of [`MatrixSet::Cgcs2000Quad`].
    pub const fn well_known_scale_set(self) -> Option<&'static str> {
        match self {
            Self::WebMercatorQuad => Some("http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible"),
            Self::WorldCrs84Quad => Some("http://www.opengis.net/def/wkss/OGC/1.0/GoogleCRS84Quad"),
            Self::Cgcs2000Quad => None,
        }
    }

    /// `boundingBox`: lower and upper corner in units of the CRS and in the order of its axes.
    pub const fn bounding_box(self) -> [[f64; 2]; 2] {
        match self {
            Self::WebMercatorQuad => [[-MERCATOR_HALF_M, -MERCATOR_HALF_M], [MERCATOR_HALF_M, MERCATOR_HALF_M]],
            Self::WorldCrs84Quad => [[-180.0, -90.0], [180.0, 90.0]],
            Self::Cgcs2000Quad => [[-90.0, -180.0], [90.0, 180.0]],
        }
    }

    /// `tileMatrices`: every zoom, the coarsest first.
    pub fn matrices(self) -> impl ExactSizeIterator<Item = TileMatrix> {
        (0..MAX_ZOOM + 1 - self.min_zoom()).map(move |index| self.matrix(self.min_zoom() + index))
    }

    fn matrix(self, zoom: u8) -> TileMatrix {
        let (first_scale, first_tile, point_of_origin) = match self {
            Self::WebMercatorQuad => (SCALE_OF_THE_WORLD, 2.0 * MERCATOR_HALF_M, [-MERCATOR_HALF_M, MERCATOR_HALF_M]),
            Self::WorldCrs84Quad => (SCALE_OF_THE_WORLD / 2.0, 180.0, [-180.0, 90.0]),
            Self::Cgcs2000Quad => (SCALE_OF_THE_WORLD / 2.0, 180.0, [90.0, -180.0]),
        };
        // halving is exact, so every zoom has all the digits of the first
        let halved = f64::from(1u32 << self.halvings(zoom));
        let [matrix_width, matrix_height] = self.size(zoom);
        TileMatrix {
            zoom,
            scale_denominator: first_scale / halved,
            cell_size: first_tile / f64::from(TILE_PIXELS) / halved,
            point_of_origin,
            tile_width: TILE_PIXELS,
            tile_height: TILE_PIXELS,
            matrix_width,
            matrix_height,
        }
    }
}

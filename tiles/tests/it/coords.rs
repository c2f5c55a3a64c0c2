//! Tile coordinates of every matrix set, every one down to zoom 8.

use onemap_tiles::{
    BUFFER, CoordError, LAT_LIMIT, LON_LIMIT, LatticeBounds, MAX_ZOOM, MatrixSet, TileCoord, TileRange,
    UNITS_PER_DEGREE,
};

const SET: MatrixSet = MatrixSet::WebMercatorQuad;

/// Every zoom of `set` down to 8.
fn zooms(set: MatrixSet) -> std::ops::RangeInclusive<u8> {
    set.min_zoom()..=8
}

fn all_tiles(set: MatrixSet, z: u8) -> impl Iterator<Item = TileCoord> {
    let [columns, rows] = set.size(z);
    (0..columns).flat_map(move |x| (0..rows).map(move |y| TileCoord::new(set, z, x, y).expect("inside the matrix")))
}

fn tiles_at(set: MatrixSet, z: u8, lon: i32, lat: i32) -> Vec<String> {
    let place = LatticeBounds::of(&[[lon, lat]]).expect("one position");
    TileRange::covering(set, z, place).expect("zoom exists").iter().map(|tile| tile.to_string()).collect()
}

#[test]
fn every_tile_to_zoom_8_is_the_child_of_its_parent() {
    let mut counts = [0; 3];
    for (set, count) in MatrixSet::ALL.into_iter().zip(&mut counts) {
        for z in zooms(set) {
            for tile in all_tiles(set, z) {
                *count += 1;
                let children = tile.children().expect("zoom 8 is not the deepest");
                assert!(children.iter().all(|child| child.parent() == Some(tile)));
                assert!(children.windows(2).all(|pair| pair[0] != pair[1]));
                assert_eq!(tile.parent().is_none(), z == set.min_zoom());
            }
        }
    }
    let quads = |zooms: u32| (4u64.pow(zooms) - 1) / 3;
    assert_eq!(counts, [quads(9), 2 * quads(9), 2 * quads(8)]);
}

#[test]
fn every_tile_to_zoom_8_has_bounds_that_lead_back_to_it() {
    for set in MatrixSet::ALL {
        for z in zooms(set) {
            for tile in all_tiles(set, z) {
                let bounds = tile.bounds(0);
                // three lattice units inside the outward rounding, the bounds are the tile's alone
                let inner =
                    LatticeBounds::new(bounds.min().map(|c| c + 3), bounds.max().map(|c| c - 3)).expect("not empty");
                let range = TileRange::covering(set, z, inner).expect("zoom 8 exists");
                assert_eq!(range.iter().collect::<Vec<_>>(), [tile]);
                let around = TileRange::covering(set, z, bounds).expect("zoom 8 exists");
                assert!(around.contains(tile) && around.count() <= 9);
                let reach = tile.reach();
                assert!(reach.contains(bounds.min()) && reach.contains(bounds.max()));
            }
        }
    }
}

#[test]
fn what_is_outside_the_matrix_is_refused() {
    for set in MatrixSet::ALL {
        for z in zooms(set) {
            let [columns, rows] = set.size(z);
            assert_eq!(TileCoord::new(set, z, columns, 0), Err(CoordError::Column { x: columns, columns }));
            assert_eq!(TileCoord::new(set, z, 0, rows), Err(CoordError::Row { y: rows, rows }));
            assert!(TileCoord::new(set, z, columns - 1, rows - 1).is_ok());
        }
        let min = set.min_zoom();
        for z in (0..min).chain(MAX_ZOOM + 1..=u8::MAX) {
            assert_eq!(TileCoord::new(set, z, 0, 0), Err(CoordError::Zoom { z, min }));
        }
        let world = LatticeBounds::new([0, 0], [1, 1]).expect("in order");
        assert_eq!(TileRange::covering(set, 31, world), Err(CoordError::Zoom { z: 31, min }));
        assert!(TileCoord::new(set, MAX_ZOOM, 0, 0).expect("deepest zoom").children().is_none());
    }
    assert_eq!(MatrixSet::Cgcs2000Quad.min_zoom(), 1);
}

#[test]
fn world_is_covered_by_all_tiles_in_row_order() {
    for (set, count) in MatrixSet::ALL.into_iter().zip([16, 32, 8]) {
        let world = LatticeBounds::new([-LON_LIMIT, -LAT_LIMIT], [LON_LIMIT, LAT_LIMIT]).expect("in order");
        let range = TileRange::covering(set, 2, world).expect("zoom 2 exists");
        assert_eq!((range.count(), range.iter().count()), (count, count as usize));
        assert_eq!([*range.columns().end() + 1, *range.rows().end() + 1], set.size(2));
        assert_eq!(TileRange::covering(set, 2, set.world()), Ok(range));
    }
    let degrees = |lon, lat| [lon * UNITS_PER_DEGREE, lat * UNITS_PER_DEGREE];
    let world = LatticeBounds::new(degrees(-180, -90), degrees(180, 90)).expect("in order");
    let order: Vec<String> =
        TileRange::covering(SET, 2, world).expect("zoom 2 exists").iter().map(|tile| tile.to_string()).collect();
    assert_eq!(order[..5], ["2/0/0", "2/1/0", "2/2/0", "2/3/0", "2/0/1"]);
}

#[test]
fn known_place_is_in_the_tile_that_other_tools_give() {
    // Putian, 119.0077 E 25.4310 N: Web Mercator by the formula of the OpenStreetMap wiki; degrees by hand, at zoom 10 of
    // CRS84 (299.0077 / 180 * 1024, 64.569 / 180 * 1024) = (1701.02, 367.32), and 天地图 counts one zoom more for the same
    let (lon, lat) = (1_190_077_000, 254_310_000);
    assert_eq!(tiles_at(SET, 10, lon, lat), ["10/850/437"]);
    assert_eq!(tiles_at(SET, 14, lon, lat), ["14/13608/6994"]);
    assert_eq!(tiles_at(MatrixSet::WorldCrs84Quad, 10, lon, lat), ["10/1701/367"]);
    assert_eq!(tiles_at(MatrixSet::Cgcs2000Quad, 11, lon, lat), ["11/1701/367"]);
    for set in MatrixSet::ALL {
        let place = LatticeBounds::of(&[[lon, lat]]).expect("one position");
        let tile = TileRange::covering(set, 14, place).expect("zoom exists").iter().next().expect("one tile");
        assert!(tile.bounds(0).contains(place.min()));
    }
}

#[test]
fn corners_of_the_world_are_in_the_corner_tiles() {
    for set in MatrixSet::ALL {
        let [columns, rows] = set.size(5);
        assert_eq!(tiles_at(set, 5, -LON_LIMIT, LAT_LIMIT), ["5/0/0"]);
        assert_eq!(tiles_at(set, 5, LON_LIMIT, -LAT_LIMIT), [format!("5/{}/{}", columns - 1, rows - 1)]);
    }
}

#[test]
fn buffer_widens_the_bounds_by_its_share_of_a_tile() {
    for set in MatrixSet::ALL {
        let tile = TileCoord::new(set, 12, 2400, 900).expect("inside the matrix");
        let (bare, buffered) = (tile.bounds(0), tile.bounds(BUFFER));
        let margin = f64::from(bare.min()[0] - buffered.min()[0]);
        let share = f64::from(bare.max()[0] - bare.min()[0]) * f64::from(BUFFER) / 4096.0;
        assert!((margin - share).abs() < 3.0, "{margin} {share}");
        assert!(buffered.max()[1] > bare.max()[1] && buffered.min()[1] < bare.min()[1]);
        assert!(tile.reach().contains(buffered.min()) && tile.reach().contains(buffered.max()));
    }
}

#[test]
fn matrices_are_those_of_the_ogc_register() {
    // from registry/json of opengeospatial/2D-Tile-Matrix-Set, which prints 15 digits
    let check = |set: MatrixSet, zoom: u8, scale: f64, cell: f64, origin: [f64; 2], size: [u32; 2]| {
        let matrix = set.matrices().find(|matrix| matrix.zoom == zoom).expect("the zoom exists");
        assert!((matrix.scale_denominator / scale - 1.0).abs() < 1e-12, "{matrix:?}");
        assert!((matrix.cell_size / cell - 1.0).abs() < 1e-12, "{matrix:?}");
        assert!(matrix.point_of_origin.iter().zip(origin).all(|(a, b)| (a - b).abs() < 1e-6), "{matrix:?}");
        assert_eq!([matrix.matrix_width, matrix.matrix_height], size);
        assert_eq!([matrix.tile_width, matrix.tile_height], [256, 256]);
    };
    let mercator = [-20037508.3427892, 20037508.3427892];
    check(SET, 0, 559082264.028717, 156543.033928041, mercator, [1, 1]);
    check(SET, 18, 2132.72958384978, 0.597164283477939, mercator, [1 << 18, 1 << 18]);
    let crs84 = MatrixSet::WorldCrs84Quad;
    check(crs84, 0, 279541132.014358, 0.703125, [-180.0, 90.0], [2, 1]);
    check(crs84, 17, 2132.72958384978, 5.36441802978515e-6, [-180.0, 90.0], [262_144, 131_072]);
    // the capabilities of 天地图 print 2.958293554545656E8 for pixels of 1/96 inch, 25.4 / 96 / 0.28 times ours
    let pixels = 25.4 / 96.0 / 0.28;
    let tianditu = MatrixSet::Cgcs2000Quad;
    check(tianditu, 1, 2.958293554545656E8 * pixels, 0.703125, [90.0, -180.0], [2, 1]);
    check(tianditu, 18, 2256.998866688275 * pixels, 5.36441802978515e-6, [90.0, -180.0], [262_144, 131_072]);
    for set in MatrixSet::ALL {
        assert_eq!(MatrixSet::from_name(set.name()), Some(set));
        assert_eq!(set.matrices().len(), usize::from(MAX_ZOOM - set.min_zoom()) + 1);
        assert!(set.matrices().all(|matrix| [matrix.matrix_width, matrix.matrix_height] == set.size(matrix.zoom)));
        assert!(set.uri().is_none_or(|uri| uri.ends_with(set.name())));
        // the corner of origin is the upper corner on one axis and the lower on the other, in the order of the axes
        let [lower, upper] = set.bounding_box();
        let east = usize::from(set.ordered_axes()[0] == "Lat");
        let first = set.matrices().next().expect("a zoom");
        assert_eq!([first.point_of_origin[east], first.point_of_origin[1 - east]], [lower[east], upper[1 - east]]);
    }
    assert_eq!(MatrixSet::from_name("worldcrs84quad"), None);
}

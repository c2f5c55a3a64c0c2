//! Tile coordinates, every one down to zoom 8.

use onemap_tiles::{BUFFER, CoordError, LatticeBounds, MAX_ZOOM, MatrixSet, TileCoord, TileRange, UNITS_PER_DEGREE};

const SET: MatrixSet = MatrixSet::WebMercatorQuad;

fn all_tiles(z: u8) -> impl Iterator<Item = TileCoord> {
    let [columns, rows] = SET.size(z);
    (0..columns).flat_map(move |x| (0..rows).map(move |y| TileCoord::new(SET, z, x, y).expect("inside the matrix")))
}

#[test]
fn every_tile_to_zoom_8_is_the_child_of_its_parent() {
    let mut tiles = 0;
    for z in 0..=8 {
        for tile in all_tiles(z) {
            tiles += 1;
            let children = tile.children().expect("zoom 8 is not the deepest");
            assert!(children.iter().all(|child| child.parent() == Some(tile)));
            assert!(children.windows(2).all(|pair| pair[0] != pair[1]));
            assert_eq!(tile.parent().is_none(), z == 0);
        }
    }
    assert_eq!(tiles, (4u64.pow(9) - 1) / 3);
}

#[test]
fn every_tile_to_zoom_8_has_bounds_that_lead_back_to_it() {
    for z in 0..=8 {
        for tile in all_tiles(z) {
            let bounds = tile.bounds(0);
            // three lattice units inside the outward rounding, the bounds are the tile's alone
            let inner =
                LatticeBounds::new(bounds.min().map(|c| c + 3), bounds.max().map(|c| c - 3)).expect("not empty");
            let range = TileRange::covering(SET, z, inner).expect("zoom 8 exists");
            assert_eq!(range.iter().collect::<Vec<_>>(), [tile]);
            let around = TileRange::covering(SET, z, bounds).expect("zoom 8 exists");
            assert!(around.contains(tile) && around.count() <= 9);
        }
    }
}

#[test]
fn what_is_outside_the_matrix_is_refused() {
    for z in 0..=8 {
        let [columns, rows] = SET.size(z);
        assert_eq!(TileCoord::new(SET, z, columns, 0), Err(CoordError::Column { x: columns, columns }));
        assert_eq!(TileCoord::new(SET, z, 0, rows), Err(CoordError::Row { y: rows, rows }));
        assert!(TileCoord::new(SET, z, columns - 1, rows - 1).is_ok());
    }
    for z in MAX_ZOOM + 1..=u8::MAX {
        assert_eq!(TileCoord::new(SET, z, 0, 0), Err(CoordError::Zoom { z }));
    }
    let world = LatticeBounds::new([0, 0], [1, 1]).expect("in order");
    assert_eq!(TileRange::covering(SET, 31, world), Err(CoordError::Zoom { z: 31 }));
    assert!(TileCoord::new(SET, MAX_ZOOM, 0, 0).expect("deepest zoom").children().is_none());
}

#[test]
fn world_is_covered_by_all_tiles_in_row_order() {
    let degrees = |lon, lat| [lon * UNITS_PER_DEGREE, lat * UNITS_PER_DEGREE];
    let world = LatticeBounds::new(degrees(-180, -90), degrees(180, 90)).expect("in order");
    let range = TileRange::covering(SET, 2, world).expect("zoom 2 exists");
    assert_eq!(range.count(), 16);
    let order: Vec<String> = range.iter().map(|tile| tile.to_string()).collect();
    assert_eq!(order[..5], ["2/0/0", "2/1/0", "2/2/0", "2/3/0", "2/0/1"]);
}

#[test]
fn known_place_is_in_the_tile_that_other_tools_give() {
    // Putian, 119.0077 E 25.4310 N, by the formula of the OpenStreetMap wiki
    let place = LatticeBounds::of(&[[1_190_077_000, 254_310_000]]).expect("one position");
    for (z, name) in [(10, "10/850/437"), (14, "14/13608/6994")] {
        let tiles: Vec<TileCoord> = TileRange::covering(SET, z, place).expect("zoom exists").iter().collect();
        assert_eq!(tiles.iter().map(ToString::to_string).collect::<Vec<_>>(), [name]);
        assert!(tiles[0].bounds(0).contains(place.min()));
    }
}

#[test]
fn buffer_widens_the_bounds_by_its_share_of_a_tile() {
    let tile = TileCoord::new(SET, 14, 13608, 6994).expect("inside the matrix");
    let (bare, buffered) = (tile.bounds(0), tile.bounds(BUFFER));
    let margin = f64::from(bare.min()[0] - buffered.min()[0]);
    let share = f64::from(bare.max()[0] - bare.min()[0]) * f64::from(BUFFER) / 4096.0;
    assert!((margin - share).abs() < 3.0, "{margin} {share}");
    assert!(buffered.max()[1] > bare.max()[1] && buffered.min()[1] < bare.min()[1]);
}

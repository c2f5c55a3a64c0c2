//! The index in worlds that are drawn straight onto the lattice.

use onemap::domain::geometry::MultiPolygon;

use super::bulk::{self, Seen, share};
use crate::support::plane::{self, Net, TILE};

/// Near 119.0 E, 25.4 N, and on no round number.
const HERE: plane::Point = (1_190_001_234, 254_005_678);

/// The corner of a tile near there.
const CORNER: plane::Point = (1_190_001_234 / TILE * TILE, 254_005_678 / TILE * TILE);

#[track_caller]
fn check(name: &str, polygons: &[MultiPolygon], percent: usize, seed: u64) -> Seen {
    let polygons: Vec<&MultiPolygon> = polygons.iter().collect();
    let seen = bulk::check(name, &polygons, share(percent), seed);
    assert!(seen.points >= share(percent) && seen.outside > 0, "{name}: {seen:?}");
    seen
}

#[test]
fn nothing_is_everywhere_outside() {
    let seen = check("nothing", &[], 1, 1);
    assert_eq!((seen.outside, seen.on_edge, seen.faces), (seen.points, 0, 1));
}

#[test]
fn cells_of_three_metres_are_found() {
    let net = Net { origin: HERE, cells: 60, size: 270, pieces: 5, block: 6 };
    let seen = check("cells of three metres", &plane::net(&net, 2), 8, 2);
    assert!(seen.faces == 3_601 && seen.on_edge * 5 > seen.points, "{seen:?}");
}

#[test]
fn crooked_units_are_found() {
    let net = Net { origin: CORNER, cells: 40, size: 9_000, pieces: 12, block: 8 };
    let seen = check("crooked units", &plane::net(&net, 3), 8, 3);
    assert!(seen.faces == 1_601 && seen.on_edge * 5 > seen.points, "{seen:?}");
}

#[test]
fn borders_on_borders_of_cells_are_found() {
    for (bits, cells, percent) in [(15, 8, 2), (13, 12, 1), (4, 30, 2)] {
        let seen = check(&format!("squares of 2^{bits}"), &plane::aligned(bits, cells), percent, 4);
        assert_eq!(seen.faces, (cells * cells) as usize + 1, "{seen:?}");
    }
    for corner in [CORNER, (0, 0), (-TILE, TILE)] {
        let seen = check(&format!("squares around {corner:?}"), &plane::on_corners(corner, 14), 2, 5);
        assert_eq!(seen.faces, 14 * 8 + 2, "{seen:?}");
    }
}

#[test]
fn triangles_of_half_a_unit_are_found() {
    let seen = check("half units", &plane::atoms((CORNER.0 - 37, CORNER.1 - 18), 60), 3, 6);
    // Of every two, only one owns a lattice point.
    assert!(seen.faces >= 60 * 60 && seen.on_edge >= 61 * 61, "{seen:?}");
}

#[test]
fn vertices_of_two_hundred_borders_are_found() {
    for (hub, radius) in [(HERE, 300.0), (CORNER, 5_000.0), (HERE, 900_000.0)] {
        let seen = check(&format!("fan of {radius}"), &plane::fan(hub, 200, radius, 7), 2, 7);
        // Within 300 units some triangles own no position.
        assert!((190..=201).contains(&seen.faces), "{seen:?}");
    }
}

#[test]
fn slivers_are_found() {
    for (shear, height, percent) in [(0, 40_000, 2), (7_919, 100_003, 2), (-30_000, 30_000, 2), (65_536, 65_536, 2)] {
        let seen = check(&format!("slivers {shear}"), &plane::slivers(CORNER, 150, shear, height, 8), percent, 8);
        assert!(seen.faces > 300, "{seen:?}");
    }
}

#[test]
fn enclaves_in_enclaves_are_found() {
    let areas = plane::enclaves(CORNER, 5_000_000, 6);
    let seen = check("enclaves", &areas, 6, 9);
    assert_eq!(seen.faces, areas.len() + 1, "{seen:?}");
}

#[test]
fn a_coast_of_a_million_vertices_is_found() {
    let seen = check("coast", &plane::coast(HERE, 4_000_000.0, 20, 10), 10, 10);
    assert!(seen.faces == 5 && seen.on_edge > 1_300_000, "{seen:?}");
}

#[test]
fn a_spiral_is_found() {
    let seen = check("spiral", &plane::spiral(HERE, 40, 20_000.0, 100_000, 11), 6, 11);
    assert!(seen.faces == 3 && seen.on_edge > 200_000, "{seen:?}");
}

#[test]
fn long_borders_are_found() {
    let seen = check("bands from pole to pole", &plane::long_borders(), 2, 12);
    assert_eq!(seen.faces, 5, "{seen:?}");
    let seen = check("a fan over the world", &plane::fan((0, 0), 12, 890_000_000.0, 13), 2, 13);
    assert_eq!(seen.faces, 13, "{seen:?}");
}

#[test]
fn the_ends_of_the_world_are_found() {
    let areas = plane::ends_of_the_world();
    let seen = check("the ends of the world", &areas, 3, 14);
    assert_eq!(seen.faces, areas.len() + 1, "{seen:?}");
}

//! Areas that are too many, too small, too long or not there.

use std::{collections::BTreeSet, f64::consts::TAU};

use onemap::{
    app::tiles::{AreaTiles, PlaceTiles, Tileset, tile_coord},
    domain::{
        area::Kind,
        geometry::{MultiPolygon, Polygon, Position},
        place::{Place, PlaceGeometry, PlaceLayer},
        profile::place_class::default_place_classes,
    },
};
use onemap_tiles::{Feature, Geometry, Layer, MatrixSet, TileCoord, Value, decode};

use super::{Plan, bounds, edition, profile, sample, valid};
use crate::support::plane::{LON, Point, polygon, ring};

const AT: Point = (1_190_000_000, 254_000_000);

fn square((x, y): Point, reach: i64) -> Vec<Point> {
    vec![(x - reach, y - reach), (x + reach, y - reach), (x + reach, y + reach), (x - reach, y + reach)]
}

/// The tile of a zoom that shows a point.
fn tile_at((lon, lat): Point, zoom: u8) -> TileCoord {
    let place = onemap_tiles::LatticeBounds::of(&[[lon as i32, lat as i32]]).expect("a point");
    sample(MatrixSet::WebMercatorQuad, zoom, place, 1)[0]
}

/// Ids of polygons, and of labels with whether they say that the area is tiny.
fn content(tiles: &AreaTiles, coord: TileCoord) -> (BTreeSet<u64>, BTreeSet<(u64, bool)>) {
    let bytes = valid(tiles, coord);
    let (mut areas, mut labels) = Default::default();
    for layer in decode(&bytes).expect("a valid tile") {
        for feature in &layer.features {
            match (&feature.geometry, feature.id) {
                (Geometry::Polygons(_), Some(id)) => drop(BTreeSet::insert(&mut areas, id)),
                (Geometry::Points(_), Some(id)) => {
                    let tiny = layer.attribute(feature, "tiny") == Some(Value::Bool(true));
                    BTreeSet::insert(&mut labels, (id, tiny));
                }
                _ => {}
            }
        }
    }
    (areas, labels)
}

#[test]
fn an_area_of_two_lattice_units_is_a_point_until_it_can_be_seen() {
    let hole = square(AT, 1);
    let around = polygon(&square(AT, 40_000), &[&hole]);
    let plans = [
        Plan::new(1, 0, polygon(&square(AT, 40_000), &[])),
        Plan::new(2, 1, around),
        Plan::new(3, 1, polygon(&hole, &[])),
    ];
    let tiles = AreaTiles::new(&edition(&profile(), &plans, None), None);
    for zoom in 10..=18 {
        // never silently gone: from zoom 10 on there is a label, which says so
        let (_, labels) = content(&tiles, tile_at(AT, zoom));
        assert!(labels.contains(&(3, true)), "{zoom}: {labels:?}");
    }
    let (areas, labels) = content(&tiles, tile_at(AT, 9));
    assert!(areas == BTreeSet::from([1]) && labels == BTreeSet::from([(1, false)]), "{areas:?} {labels:?}");
    let (areas, _) = content(&tiles, tile_at(AT, 18));
    assert!(areas.contains(&1) && areas.contains(&2), "{areas:?}");
}

#[test]
fn a_ring_of_a_hundred_thousand_vertices_is_drawn() {
    let count = 100_000;
    let at = |i: usize| {
        let (angle, radius) = (TAU * i as f64 / count as f64, if i.is_multiple_of(2) { 5e6 } else { 4.9e6 });
        (AT.0 + (radius * angle.cos()) as i64, AT.1 + (radius * angle.sin()) as i64)
    };
    let star: Vec<Point> = (0..count).map(at).collect();
    let mut star = star;
    star.dedup();
    let snapshot = edition(&profile(), &[Plan::new(1, 0, polygon(&star, &[]))], None);
    let tiles = AreaTiles::new(&snapshot, None);
    for zoom in [0, 6, 8, 10, 13, 16, 18] {
        for coord in sample(MatrixSet::WebMercatorQuad, zoom, bounds(&snapshot), 5) {
            let (areas, _) = content(&tiles, coord);
            assert!(zoom >= 8 || areas.is_empty(), "{coord}");
        }
        let (areas, _) = content(&tiles, tile_at(AT, zoom));
        assert_eq!(areas.len(), usize::from(zoom >= 8), "{zoom}");
    }
}

#[test]
fn an_area_across_180_degrees_is_drawn_on_both_ends_of_the_world() {
    let box_ = |west: i64, east: i64| [(west, 0), (east, 0), (east, 1_000_000), (west, 1_000_000)];
    let part = |points: &[Point]| Polygon { exterior: ring(points), holes: Vec::new() };
    let both = MultiPolygon { polygons: vec![part(&box_(LON - 1_000_000, LON)), part(&box_(-LON, 1_000_000 - LON))] };
    let tiles = AreaTiles::new(&edition(&profile(), &[Plan::new(1, 0, both.canonical())], None), None);
    for zoom in 8..=18 {
        for lon in [LON - 1000, 1000 - LON] {
            let (areas, _) = content(&tiles, tile_at((lon, 1000), zoom));
            assert_eq!(areas, BTreeSet::from([1]), "{zoom}");
        }
    }
}

#[test]
fn an_empty_edition_has_empty_tiles_of_one_version() {
    let tiles = AreaTiles::new(&edition(&profile(), &[], None), None);
    let one = tiles.version(tile_at(AT, 3));
    for zoom in 0..=18 {
        let coord = tile_at(AT, zoom);
        assert!(tiles.tile(coord).is_empty() && tiles.version(coord) == one);
    }
    let filled = edition(&profile(), &[Plan::new(1, 0, polygon(&square(AT, 40_000), &[]))], None);
    let after = AreaTiles::new(&filled, Some(&tiles));
    assert_ne!(after.version(tile_at(AT, 14)), one);
    let changed = after.changed_since(&tiles).expect("a few tiles");
    assert!(changed.contains(&tile_at(AT, 14)) && !changed.contains(&tile_coord(3, 0, 0).expect("a tile")));
}

#[test]
fn an_area_that_holds_a_whole_tile_is_in_its_version() {
    let mut plan = Plan::new(1, 0, polygon(&square(AT, 4_000_000), &[]));
    let profile = profile();
    let one = AreaTiles::new(&edition(&profile, &[plan.clone()], None), None);
    let coord = tile_at(AT, 16);
    assert_eq!(content(&one, coord).0, BTreeSet::from([1]));
    plan.kind = Kind::Exclusive;
    let other = AreaTiles::new(&edition(&profile, &[plan.clone()], None), Some(&one));
    assert_ne!(one.version(coord), other.version(coord));
    // nothing of it is private, nothing private is in it
    let bytes = other.tile(coord);
    let text = String::from_utf8_lossy(&bytes);
    assert!(text.contains("exclusive") && !text.contains("households") && !text.contains("4711"));
}

#[test]
fn places_come_by_class_and_zoom_and_have_versions() {
    let place = |id: i64, layer, rank, geometry| Place { rank, ..Place::bare(id, layer, geometry) };
    let house = |reach| PlaceGeometry::Polygon(polygon(&square((AT.0 + 3000, AT.1), reach), &[]));
    let line = |points: &[Point]| PlaceGeometry::Line(ring(points).positions().to_vec());
    let road = line(&[(AT.0 - 90_000_000, AT.1), (AT.0, AT.1 + 500), (AT.0 + 90_000_000, AT.1)]);
    let bent = line(&[(AT.0 - 90_000_000, AT.1 - 9_000_000), (AT.0, AT.1 + 500), (AT.0 + 90_000_000, AT.1)]);
    let of = |places: &[Place]| PlaceTiles::new(places, &default_place_classes());
    let camera = |id: i64, class: &str, rank: u8| {
        let at = PlaceGeometry::Point(Position::new(AT.0 as i32, AT.1 as i32).expect("in the world"));
        Place { class: class.to_owned(), rank, name: "演示".to_owned(), ..Place::bare(id, PlaceLayer::Facility, at) }
    };
    let facilities = of(&[camera(1, "camera", 2), camera(2, "service_station", 0), camera(3, "unheard_of", 0)]);
    let shown = |zoom| -> Vec<String> {
        let bytes = facilities.tile(tile_at(AT, zoom));
        let layers = decode(&bytes).expect("a valid tile");
        let features = layers.iter().flat_map(|layer| layer.features.iter().map(move |feature| (layer, feature)));
        let line =
            |(layer, feature): (&Layer<'_>, &Feature)| format!("{:?}", layer.attributes(feature).collect::<Vec<_>>());
        features.map(line).collect()
    };
    assert_eq!(shown(12).len(), 0);
    let [station, unheard] = &shown(13)[..] else { panic!("{:?}", shown(13)) };
    assert!(station.contains("service_station") && station.contains("icon") && station.contains("演示"), "{station}");
    assert!(unheard.contains("unheard_of") && !unheard.contains("icon"), "{unheard}");
    assert_eq!(shown(16).len(), 3);
    let [one, moved, far] = [
        of(&[place(1, PlaceLayer::Road, 0, road.clone()), place(2, PlaceLayer::Building, 0, house(900))]),
        of(&[place(2, PlaceLayer::Building, 0, house(901)), place(1, PlaceLayer::Road, 0, road)]),
        of(&[place(1, PlaceLayer::Road, 0, bent), place(2, PlaceLayer::Building, 0, house(900))]),
    ];
    let layers = |tiles: &PlaceTiles, coord| -> Vec<String> {
        let bytes = tiles.tile(coord);
        decode(&bytes).expect("a valid tile").iter().map(|layer| layer.name.to_owned()).collect()
    };
    assert_eq!(layers(&one, tile_at(AT, 7)), Vec::<String>::new());
    assert_eq!(layers(&one, tile_at(AT, 13)), ["road"]);
    assert_eq!(layers(&one, tile_at(AT, 16)), ["road", "building"]);
    let versions = |coord| [&one, &moved, &far].map(|tiles| tiles.version(coord));
    // at zoom 13 no house is shown; at zoom 16 the bend is out of sight
    let at_13 = versions(tile_at(AT, 13));
    assert!(at_13[0] == at_13[1]);
    let at_16 = versions(tile_at((AT.0 + 3000, AT.1), 16));
    assert!(at_16[0] != at_16[1]);
    let east = versions(tile_at((AT.0 + 50_000_000, AT.1), 14));
    assert!(east[0] == east[2], "what is beyond the reach of a tile does not matter");
    let west = versions(tile_at((AT.0 - 50_000, AT.1), 14));
    assert!(west[0] != west[2]);
    let id = |set: Tileset| set.id();
    assert_eq!(Tileset::ALL.map(id), ["areas", "places"]);
}

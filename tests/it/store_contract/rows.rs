//! Behaviours of a store that keeps places.

use onemap::{
    domain::{
        area::AreaCode,
        geometry::Position,
        place::{BorderOwner, Building, Place, PlaceChange, PlaceGeometry, PlaceLayer},
    },
    store::{ChangePlacesError, Store},
};
use time::macros::date;

use super::{
    Open, adopted,
    drafts::{WEST, outline, rectangle, ring},
};

pub async fn places_come_back<S: Store>(open: impl Open<S>) {
    let store = adopted(&open).await;
    let at = |x: i32, y: i32| rectangle(x, y, x + 10, y + 10).positions()[0];
    let building = Building {
        estate: "荔园小区".to_owned(),
        number: "20号楼".to_owned(),
        stairs: 3,
        floors: u16::MAX,
        households: 36,
        residents: 101,
    };
    let station = Place {
        class: "service_station".to_owned(),
        aliases: vec!["老居委会".to_owned(), "Old office".to_owned()],
        external_id: Some("DQ-001".to_owned()),
        video_url: Some("https://video.example/1".to_owned()),
        phone: Some("0594-0000000".to_owned()),
        address: Some("文献路 1 号".to_owned()),
        owner: Some(BorderOwner { area: AreaCode::new(WEST).expect("a code"), width_cm: 1_250 }),
        source: "民政局".to_owned(),
        dated: Some(date!(2026 - 03 - 07)),
        ..Place::bare(1_000, PlaceLayer::Facility, PlaceGeometry::Point(at(3, 3)))
    };
    let place = |id: i64, layer: PlaceLayer, building: Option<Building>, geometry: PlaceGeometry| Place {
        rank: id as u8,
        name: format!("点位{id}"),
        building,
        ..Place::bare(id, layer, geometry)
    };
    let outline = outline(vec![vec![ring(&[(0, 0), (500, 0), (0, 500)])]]);
    let places = [
        place(1, PlaceLayer::Road, None, PlaceGeometry::Line(vec![at(0, 0), at(100, 0), at(100, 50)])),
        place(2, PlaceLayer::Building, Some(building), PlaceGeometry::Polygon(outline.clone())),
        place(3, PlaceLayer::Building, Some(Building::default()), PlaceGeometry::Point(at(7, 7))),
        place(9, PlaceLayer::Water, None, PlaceGeometry::Polygon(outline)),
        place(255, PlaceLayer::Green, None, PlaceGeometry::Point(at(-7, 7))),
        station,
    ];
    store.replace_places(&places).await.expect("places are taken");
    assert_eq!(store.places().await.expect("places"), places);
    store.replace_places(&places[3..]).await.expect("places are replaced");
    assert_eq!(store.places().await.expect("places"), places[3..]);
    let twice = [places[0].clone(), places[0].clone()];
    assert!(store.replace_places(&twice).await.is_err());
    assert_eq!(store.places().await.expect("places"), places[3..], "nothing is half replaced");
}

pub async fn places_are_changed_on_their_revision<S: Store>(open: impl Open<S>) {
    let store = adopted(&open).await;
    let at = |x: i32| PlaceGeometry::Point(rectangle(x, 0, x + 10, 10).positions()[0]);
    let camera = |id: i64, number: &str, x: i32| Place {
        class: "camera".to_owned(),
        external_id: Some(number.to_owned()),
        ..Place::bare(id, PlaceLayer::Facility, at(x))
    };
    store.replace_places(&[camera(7, "A", 0), camera(9, "B", 10)]).await.expect("places");
    let onto = store.revisions().await.expect("revisions").places;
    // One moves, one goes, two come; what is new gets numbers that nobody had.
    let moved = camera(7, "A", 500);
    let change = PlaceChange { put: vec![camera(0, "C", 20), moved.clone(), camera(0, "D", 30)], removed: vec![9] };
    let revision = store.change_places(&change, onto, "演示员").await.expect("a change");
    assert_eq!(store.revisions().await.expect("revisions").places, revision);
    let expected = [moved, camera(10, "C", 20), camera(11, "D", 30)];
    assert_eq!(store.places().await.expect("places"), expected);
    let last = store.changes(revision - 1, 10).await.expect("changes").remove(0);
    assert_eq!((last.actor.as_str(), last.kind.as_str()), ("演示员", "places"));
    assert_eq!(last.summary, "2 places created, 1 changed, 1 removed");
    // A number given once is never given again, not even when all are gone.
    let gone = PlaceChange { put: Vec::new(), removed: vec![7, 10, 11] };
    let revision = store.change_places(&gone, revision, "演示员").await.expect("a change");
    let one = PlaceChange { put: vec![camera(0, "A", 0)], removed: Vec::new() };
    let after = store.change_places(&one, revision, "演示员").await.expect("a change");
    assert_eq!(store.places().await.expect("places"), [camera(12, "A", 0)]);
    // Who looked before somebody else wrote, who names what is not there, and a number twice in a class: nothing happens.
    let stale = store.change_places(&one, revision, "演示员").await.expect_err("another revision");
    assert!(matches!(stale, ChangePlacesError::Stale { expected, found } if (expected, found) == (revision, after)));
    let missing = PlaceChange { put: vec![camera(0, "E", 0)], removed: vec![10] };
    assert!(store.change_places(&missing, after, "演示员").await.is_err());
    assert!(store.change_places(&one, after, "演示员").await.is_err(), "A is there already");
    assert_eq!(store.places().await.expect("places"), [camera(12, "A", 0)]);
    assert_eq!(store.revisions().await.expect("revisions").places, after);
}

pub async fn positions_come_back_bit_for_bit<S: Store>(open: impl Open<S>) {
    let store = adopted(&open).await;
    // The corners of the lattice, the smallest steps from nothing, and positions all over the world.
    let (east, north) = (1_800_000_000_i32, 900_000_000_i32);
    let mut corners = vec![(-east, -north), (-east, north), (east - 1, north), (0, 0), (1, -1), (-1, 1), (3, 7)];
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    for _ in 0..20_000 {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let (x, y) = ((state >> 33) as i32, (state >> 2) as i32);
        corners.push((x % east, y % north));
    }
    let positions: Vec<_> = corners.into_iter().filter_map(|(x, y)| Position::new(x, y)).collect();
    assert!(positions.len() > 20_000);
    let geometry = PlaceGeometry::Line(positions);
    let place = Place::bare(1, PlaceLayer::Road, geometry);
    store.replace_places(std::slice::from_ref(&place)).await.expect("a place");
    assert_eq!(store.places().await.expect("places"), [place]);
}

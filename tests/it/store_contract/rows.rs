//! Behaviours of a store that keeps places.

use onemap::{
    domain::{
        geometry::Position,
        place::{Building, Place, PlaceClass, PlaceGeometry},
    },
    store::Store,
};

use super::{
    Open, adopted,
    drafts::{outline, rectangle, ring},
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
    let place = |id: i64, class: PlaceClass, building: Option<Building>, geometry: PlaceGeometry| Place {
        id,
        class,
        rank: id as u8,
        name: format!("点位{id}"),
        building,
        geometry,
    };
    let outline = outline(vec![vec![ring(&[(0, 0), (500, 0), (0, 500)])]]);
    let places = [
        place(1, PlaceClass::Road, None, PlaceGeometry::Line(vec![at(0, 0), at(100, 0), at(100, 50)])),
        place(2, PlaceClass::Building, Some(building), PlaceGeometry::Polygon(outline.clone())),
        place(3, PlaceClass::Building, Some(Building::default()), PlaceGeometry::Point(at(7, 7))),
        place(9, PlaceClass::Water, None, PlaceGeometry::Polygon(outline)),
        place(255, PlaceClass::Green, None, PlaceGeometry::Point(at(-7, 7))),
    ];
    store.replace_places(&places).await.expect("places are taken");
    assert_eq!(store.places().await.expect("places"), places);
    store.replace_places(&places[3..]).await.expect("places are replaced");
    assert_eq!(store.places().await.expect("places"), places[3..]);
    let twice = [places[0].clone(), places[0].clone()];
    assert!(store.replace_places(&twice).await.is_err());
    assert_eq!(store.places().await.expect("places"), places[3..], "nothing is half replaced");
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
    let place = Place { id: 1, class: PlaceClass::Road, rank: 0, name: String::new(), building: None, geometry };
    store.replace_places(std::slice::from_ref(&place)).await.expect("a place");
    assert_eq!(store.places().await.expect("places"), [place]);
}

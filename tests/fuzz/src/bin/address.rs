//! Any text as an address, as the name of a place, and as a file of addresses. The first line is looked up in a small district
//! whose places are called like the lines behind it: the answer is the same twice, its scores are scores, the best comes first.
#![no_main]

use std::sync::{Arc, OnceLock};

use libfuzzer_sys::fuzz_target;
use onemap::{
    domain::{
        address::{AreaNames, Gazetteer, MAX_CANDIDATES, PlaceNames, find, fold},
        area::{Area, AreaCode, AreaId, FigureSource, Kind, Level, Snapshot},
        geometry::{MultiPolygon, Polygon, Position, Ring},
        place::{Building, Place, PlaceGeometry, PlaceLayer},
    },
    formats::{
        addresses::{AddressFormat, read_addresses},
        profile_toml::find_profile,
    },
};

/// More addresses than this are refused.
const MAX_ADDRESSES: usize = 1000;

/// More lines than this are no names of places.
const MAX_LINES: usize = 40;

/// The areas, one in the other; the last two share a footprint.
const AREAS: [(u8, &str, &str); 6] = [
    (0, "350304", "荔城区"),
    (1, "350304002", "镇海街道"),
    (2, "350304002001", "步云社区"),
    (3, "350304002001001", "第001网格"),
    (4, "350304002001001001", "凤凰城小区20号楼1梯"),
    (4, "350304002001001002", "凤凰城小区20号楼2梯"),
];

fuzz_target!(|data: &[u8]| {
    for format in [AddressFormat::Json, AddressFormat::NdJson, AddressFormat::Csv] {
        let Ok(all) = read_addresses(data, format, None, MAX_ADDRESSES) else { continue };
        assert!(all.records.len() <= MAX_ADDRESSES);
        assert!(all.records.iter().all(|record| std::str::from_utf8(&record.carried).is_ok()));
    }
    let Ok(text) = std::str::from_utf8(data) else { return };
    let once = fold(text);
    assert_eq!(fold(&once), once);
    let mut lines = text.lines();
    let address = lines.next().unwrap_or_default();
    let (snapshot, areas) = district();
    let lines: Vec<&str> = lines.take(MAX_LINES).collect();
    let places: Vec<Place> = (1..).zip(lines.chunks(3)).map(|(id, names)| place(id, names)).collect();
    let names = PlaceNames::new(&places);
    assert!(names.count() <= places.len());
    let gazetteer = Gazetteer { places: &names, areas, snapshot };
    let found = find(gazetteer, address);
    assert_eq!(found, find(gazetteer, address));
    let Ok(found) = found else { return };
    assert!(found.candidates.len() <= MAX_CANDIDATES);
    assert!(found.candidates.iter().all(|candidate| (0.5..=1.0).contains(&candidate.score)));
    assert!(found.candidates.windows(2).all(|pair| pair[0].score >= pair[1].score));
});

/// A place with up to three lines as its names: a building, a road or something else by turns.
fn place(id: i64, names: &[&str]) -> Place {
    let name = |at: usize| names.get(at).copied().unwrap_or_default().to_owned();
    let at = |east: i32| position(1_190_000_100 + east, 254_000_100);
    match id % 3 {
        0 => Place {
            name: name(0),
            aliases: vec![name(1), name(2)],
            ..Place::bare(id, PlaceLayer::Road, PlaceGeometry::Line(vec![at(0), at(500)]))
        },
        1 => Place {
            name: name(2),
            building: Some(Building { estate: name(0), number: name(1), floors: 6, stairs: 2, ..Building::default() }),
            ..Place::bare(id, PlaceLayer::Building, PlaceGeometry::Point(at(0)))
        },
        _ => Place {
            name: name(0),
            aliases: vec![name(1)],
            address: Some(name(2)),
            ..Place::bare(id, PlaceLayer::Facility, PlaceGeometry::Point(at(300)))
        },
    }
}

fn position(lon: i32, lat: i32) -> Position {
    Position::new(lon, lat).expect("in the world")
}

fn district() -> &'static (Snapshot, AreaNames) {
    static DISTRICT: OnceLock<(Snapshot, AreaNames)> = OnceLock::new();
    DISTRICT.get_or_init(|| {
        let corner = |east: i32, north: i32| position(1_190_000_000 + east, 254_000_000 + north);
        let corners = vec![corner(0, 0), corner(1000, 0), corner(1000, 1000), corner(0, 1000)];
        let exterior = Ring::new(corners).expect("four corners");
        let square = MultiPolygon { polygons: vec![Polygon { exterior, holes: Vec::new() }] }.canonical();
        let area = |(index, &(level, code, name)): (i64, &(u8, &str, &str))| Area {
            id: AreaId(index + 1),
            from_edition: 1,
            code: AreaCode::new(code).expect("digits"),
            level: Level(level),
            parent: level.checked_sub(1).map(u32::from),
            name: name.to_owned(),
            kind: Kind::None,
            branch: None,
            households: None,
            residents: None,
            figures: FigureSource::Declared,
            body: None,
            area_m2: 1.0,
            label: corner(500, 500),
            digest: [0; 32],
        };
        let areas: Vec<Area> = (0..).zip(&AREAS).map(area).collect();
        let polygons = vec![square; areas.len()];
        let profile = Arc::new(find_profile("licheng").expect("a built-in profile").clone());
        let snapshot =
            Snapshot::new(profile, None, areas, polygons, Arc::default(), None).expect("one square is a map");
        let names = AreaNames::new(&snapshot.hierarchy);
        (snapshot, names)
    })
}

//! Any text as an address, as the name of a place, and as a file of addresses: folded twice it is what it is once, and the names of
//! places, which are read by the same rules, are made of whatever stands in a store.
#![no_main]

use libfuzzer_sys::fuzz_target;
use onemap::{
    domain::{
        address::{PlaceNames, fold},
        geometry::Position,
        place::{Building, Place, PlaceGeometry, PlaceLayer},
    },
    formats::addresses::{AddressFormat, read_addresses},
};

/// More addresses than this are refused.
const MAX_ADDRESSES: usize = 1000;

fuzz_target!(|data: &[u8]| {
    for format in [AddressFormat::Json, AddressFormat::NdJson, AddressFormat::Csv] {
        let Ok(all) = read_addresses(data, format, None, MAX_ADDRESSES) else { continue };
        assert!(all.records.len() <= MAX_ADDRESSES);
        assert!(all.records.iter().all(|record| std::str::from_utf8(&record.carried).is_ok()));
    }
    let Ok(text) = std::str::from_utf8(data) else { return };
    let once = fold(text);
    assert_eq!(fold(&once), once);
    let mut parts = text.splitn(4, '\n').map(str::to_owned);
    let mut part = || parts.next().unwrap_or_default();
    let at = Position::new(1_190_000_000, 254_000_000).expect("in the world");
    let building = Building { estate: part(), number: part(), ..Building::default() };
    let place = Place {
        name: part(),
        aliases: vec![part()],
        address: Some(text.to_owned()),
        building: Some(building),
        ..Place::bare(1, PlaceLayer::Building, PlaceGeometry::Point(at))
    };
    assert!(PlaceNames::new(&[place]).count() <= 1);
});

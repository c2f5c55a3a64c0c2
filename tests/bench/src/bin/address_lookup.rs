//! Addresses looked up in a store: how long the names take to be made, how much memory they take, and how long a look-up takes.
//!
//! `address_lookup STORE LOOKUPS` prints one JSON object. Buildings are taken evenly from the store, and each is asked for in four
//! ways: by its whole address, by estate and number alone, with a character missing in the name of the estate, and by a name that is
//! in no data.

use std::{sync::Arc, time::Instant};

use anyhow::{Context, Result, ensure};
use onemap::{
    Map,
    app::{
        address::{AddressSource, AreaBook, PlaceBook},
        lookup::AnswerSource,
    },
    domain::{
        address::{AreaNames, PlaceNames},
        held::Held,
        place::{Place, PlaceDirectory},
    },
};
use onemap_bench::stopwatch;
use serde_json::{Value, json};

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [store, lookups] = arguments.as_slice() else { anyhow::bail!("usage: address_lookup STORE LOOKUPS") };
    let lookups: usize = lookups.parse().context("LOOKUPS is a number")?;
    let map = Map::open(store)?;
    let places = Arc::new(map.places()?);
    let snapshot = Arc::clone(map.snapshot());
    let (names, of_places) = stopwatch::time(|| PlaceNames::new(&places));
    let (area_names, of_areas) = stopwatch::time(|| AreaNames::new(&snapshot.hierarchy));
    let bytes = |hold: &dyn Fn(&mut Held)| {
        let mut held = Held::default();
        hold(&mut held);
        held.bytes()
    };
    let (place_bytes, area_bytes) = (bytes(&|held| names.hold(held)), bytes(&|held| area_names.hold(held)));
    drop((names, area_names));

    let buildings: Vec<&Place> = places.iter().filter(|place| place.building.is_some()).collect();
    ensure!(!buildings.is_empty() && lookups > 0, "there are buildings to look for");
    let source = AddressSource::new(
        AnswerSource::new(Arc::clone(&snapshot), None),
        AreaBook::new(&snapshot, None),
        Arc::new(PlaceBook::new(Arc::new(PlaceDirectory::new(places.to_vec())))),
    );
    source.prepare();
    let step = (buildings.len() / lookups).max(1);
    let asked: Vec<&Place> = buildings.iter().step_by(step).take(lookups).copied().collect();
    let short = |place: &Place| {
        let building = place.building.as_ref().expect("only buildings");
        (building.estate.clone(), building.number.clone())
    };
    let whole = |place: &Place| {
        let (estate, number) = short(place);
        let extent = place.geometry.extent().expect("a building has positions");
        let located = snapshot.locate(extent.min());
        let above: String =
            located.chain.iter().take(3).map(|&area| snapshot.hierarchy.area(area).name.as_str()).collect();
        format!("{above}{estate}{number}")
    };
    let without_one = |place: &Place| {
        let (estate, number) = short(place);
        let name: String = estate.char_indices().filter(|&(at, _)| at != '字'.len_utf8()).map(|(_, c)| c).collect();
        format!("{name}{number}")
    };
    let elsewhere = |place: &Place| format!("从来没有的地方{}2梯107室", short(place).1);
    let found = json!({
        "areas": snapshot.hierarchy.areas().len(),
        "places": places.len(),
        "buildings": buildings.len(),
        "place_names": { "made_s": of_places.elapsed, "bytes": place_bytes },
        "area_names": { "made_s": of_areas.elapsed, "bytes": area_bytes },
        "whole": measure(&source, asked.iter().map(|place| whole(place)))?,
        "short": measure(&source, asked.iter().map(|place| { let (estate, number) = short(place); estate + &number }))?,
        "one_character_missing": measure(&source, asked.iter().map(|place| without_one(place)))?,
        "not_there": measure(&source, asked.iter().map(|place| elsewhere(place)))?,
    });
    println!("{found}");
    Ok(())
}

/// Microseconds of look-ups one by one, and how many found something.
fn measure(source: &AddressSource, addresses: impl Iterator<Item = String>) -> Result<Value> {
    let (mut micros, mut found, mut ambiguous) = (Vec::new(), 0, 0);
    for address in addresses {
        let began = Instant::now();
        let answer = source.find(&address)?;
        micros.push(began.elapsed().as_secs_f64() * 1e6);
        found += usize::from(!answer.candidates.is_empty());
        ambiguous += usize::from(answer.is_ambiguous);
    }
    micros.sort_by(f64::total_cmp);
    let at = |share: f64| micros[((micros.len() - 1) as f64 * share) as usize].round();
    Ok(json!({
        "lookups": micros.len(), "found": found, "ambiguous": ambiguous,
        "p50_us": at(0.5), "p99_us": at(0.99), "most_us": at(1.0),
    }))
}

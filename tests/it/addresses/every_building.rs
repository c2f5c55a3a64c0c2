//! Every building of the made-up district by its own address.

use super::*;

#[test]
fn every_building_finds_itself_or_is_told_to_be_ambiguous() {
    let demo = district(1500);
    let ground = Ground::new(&demo, |_| Vec::new());
    let (mut first, mut told) = (0, 0);
    for place in &demo.places {
        let (Some(building), Some(extent)) = (&place.building, place.geometry.extent()) else { continue };
        let (low, high) = (extent.min(), extent.max());
        let middle = Position::new(low.lon() + (high.lon() - low.lon()) / 2, low.lat() + (high.lat() - low.lat()) / 2);
        let located = ground.snapshot.locate(middle.expect("between two positions"));
        // The units themselves have names of their own.
        let above = located
            .chain
            .iter()
            .filter(|&&area| ground.snapshot.hierarchy.area(area).level < ground.snapshot.profile.finest());
        let mut address: String = above.map(|&area| ground.snapshot.hierarchy.area(area).name.as_str()).collect();
        address += &building.estate;
        address += &building.number;
        let found = ground.find(&address).expect("an address");
        let is_it = |candidate: &onemap::domain::address::Candidate| candidate.place == Some(place.id);
        if found.candidates.first().is_some_and(is_it) && !found.is_ambiguous {
            first += 1;
        } else {
            assert!(found.is_ambiguous && found.candidates.iter().any(is_it), "{address}: {found:#?}");
            told += 1;
        }
    }
    assert!(first > 20 * told && first > 5000, "{first} first, {told} told");
}

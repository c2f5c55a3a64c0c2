//! Texts that nobody says.

use proptest::prelude::*;

use super::*;

#[test]
fn any_text_is_answered_or_refused_the_same_way_twice() {
    let ground = Ground::new(&district(300), |_| Vec::new());
    let near = "[凤凰城小区号楼梯室镇海街道步云村社第网格0-9a-z二十〇# 《》-]{0,40}";
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(300));
    let check = |text: String| {
        let once = ground.find(&text);
        prop_assert_eq!(&once, &ground.find(&text));
        if let Ok(found) = once {
            for candidate in &found.candidates {
                prop_assert!((0.5..=1.0).contains(&candidate.score), "{}", candidate.score);
                prop_assert!(!candidate.matched.is_empty());
            }
            prop_assert!(found.candidates.windows(2).all(|pair| pair[0].score >= pair[1].score));
        }
        Ok(())
    };
    runner.run(&"\\PC{0,60}", check).expect("no text makes it panic");
    runner.run(&near, check).expect("no address makes it panic");
}

#[test]
fn a_district_without_places_answers_by_the_names_of_its_units() {
    let mut demo = district(600);
    demo.places.clear();
    let ground = Ground::new(&demo, |_| Vec::new());
    let best = |address: &str| {
        let found = ground.find(address).expect("an address");
        let best = found.candidates.first().unwrap_or_else(|| panic!("{address} is found"));
        (best.kind.id(), best.text.clone(), found.is_ambiguous)
    };
    let (kind, text, is_ambiguous) = best("凤凰城小区20号楼2梯107室");
    assert!(kind == "unit" && text.ends_with("凤凰城小区20号楼2梯") && !is_ambiguous, "{text}");
    let (kind, text, is_ambiguous) = best("凤凰城20栋");
    assert!(kind == "building" && text.ends_with("凤凰城小区20栋") && !is_ambiguous, "{text}");
}

#[test]
fn an_empty_district_finds_nothing() {
    let snapshot = World::empty(licheng()).district.empty_snapshot().expect("a snapshot");
    let (places, areas) = (PlaceNames::new(&[]), AreaNames::new(&snapshot.hierarchy));
    let gazetteer = Gazetteer { places: &places, areas: &areas, snapshot: &snapshot };
    assert_eq!(find(gazetteer, "凤凰城小区20号楼"), Ok(Found::default()));
}

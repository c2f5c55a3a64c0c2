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

/// The order in which a store gives its places changes no answer.
#[test]
fn the_order_of_places_changes_no_answer() {
    let demo = district(300);
    let ground = Ground::new(&demo, |_| Vec::new());
    let some: Vec<Place> = demo.places.iter().filter(|place| !place.name.is_empty()).step_by(3).cloned().collect();
    let addresses: Vec<String> = some.iter().step_by(some.len() / 12).map(|place| place.name.clone()).collect();
    let answers = |places: &[Place]| {
        let names = PlaceNames::new(places);
        let gazetteer = Gazetteer { places: &names, areas: &ground.areas, snapshot: &ground.snapshot };
        addresses.iter().map(|address| find(gazetteer, address)).collect::<Vec<_>>()
    };
    let expected = answers(&some);
    assert!(expected.iter().filter(|found| found.as_ref().is_ok_and(|found| !found.candidates.is_empty())).count() > 8);
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(12));
    let check = |shuffled: Vec<Place>| {
        prop_assert_eq!(&answers(&shuffled), &expected);
        Ok(())
    };
    runner.run(&Just(some).prop_shuffle(), check).expect("one answer whatever the order");
}

/// Texts as long as they may be, of parts that all have to be looked for.
#[test]
fn long_nonsense_is_answered() {
    let ground = Ground::new(&district(300), |_| Vec::new());
    for part in [
        "凤凰城小区",
        "步云1号",
        "镇海街道",
        "fenghuangcheng",
        "fhc",
        "凤皇成小曲",
        "二十号楼",
        "第1网格",
        "村",
        "-1层",
    ] {
        let text: String = part.chars().cycle().take(200).collect();
        let once = ground.find(&text).expect("an address");
        assert_eq!(Ok(once), ground.find(&text), "{part}");
    }
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
    assert!(kind == "stacked" && text.ends_with("凤凰城小区20号楼2梯") && !is_ambiguous, "{text}");
    let (kind, text, is_ambiguous) = best("凤凰城20栋");
    assert!(kind == "building" && text.ends_with("凤凰城小区20栋") && !is_ambiguous, "{text}");
}

#[test]
fn an_empty_district_finds_nothing() {
    let profile = Arc::new(licheng().clone());
    let snapshot = Snapshot::new(profile, None, Vec::new(), Vec::new(), Arc::default(), None).expect("a snapshot");
    let (places, areas) = (PlaceNames::new(&[]), AreaNames::new(&snapshot.hierarchy));
    let gazetteer = Gazetteer { places: &places, areas: &areas, snapshot: &snapshot };
    assert_eq!(find(gazetteer, "凤凰城小区20号楼"), Ok(Found::default()));
}

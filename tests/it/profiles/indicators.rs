//! The indicators of profiles.

use super::*;
use onemap::domain::indicator::{Amount, Group, Indicator, Period, PeriodKind, RollUp};

/// A profile with three indicators.
fn with_indicators() -> String {
    let one = |id: &str, more: &str| {
        format!(
            "[[indicators]]\nid = \"{id}\"\nname = {{ zh = \"人口\", en = \"people\" }}\ngroup = \"people\"\n\
             measure = {{ zh = \"人\", en = \"persons\" }}\nsource = {{ zh = \"统计\", en = \"census\" }}\n\
             period = \"quarter\"\n{more}\n"
        )
    };
    let mean = "sum = \"mean\"\nweight = \"residents\"\ndecimals = 1\nmax = 120\nfirst_open = \"2026Q2\"\ncloses_after_days = 30";
    format!("{}\n{}{}", us_counties(), one("residents", "sum = \"sum\""), one("mean_age", mean))
}

fn parse(text: &str) -> Result<Profile, String> {
    parse_profile(text, "p.toml", builtin_schemes()).map_err(|error| error.to_string())
}

#[test]
fn indicators_are_read_with_defaults_and_may_be_left_out() {
    assert_eq!(parse(&us_counties()).expect("an old profile").indicators, []);
    let profile = parse(&with_indicators()).expect("a profile");
    let [residents, mean_age] = &profile.indicators[..] else { panic!("two indicators") };
    assert_eq!((residents.max.to_string().as_str(), residents.decimals()), ("100000000", 0));
    assert_eq!((residents.first_open, residents.closes_after_days, &residents.roll_up), (None, None, &RollUp::Sum));
    let expected = Indicator {
        id: "mean_age".to_owned(),
        max: Amount::new(1_200, 1).expect("an amount"),
        roll_up: RollUp::Mean { weight: "residents".to_owned() },
        first_open: Period::parse("2026Q2"),
        closes_after_days: Some(30),
        ..residents.clone()
    };
    assert_eq!(mean_age, &expected);
    assert_eq!(profile.indicator("mean_age"), Some(mean_age));
}

#[test]
fn broken_indicators_are_refused_with_their_place() {
    let cases = [
        (
            "id = \"mean_age\"",
            "id = \"residents\"",
            "indicators[1].id: id residents is there twice; allowed: unique ids",
        ),
        (
            "id = \"mean_age\"",
            "id = \"export\"",
            "indicators[1].id: id export has another meaning; allowed: an id other than imports, export, template",
        ),
        (
            "id = \"mean_age\"",
            "id = \"Mean\"",
            "indicators[1].id: found id \"Mean\"; allowed: a-z, then a-z, 0-9, _; at most 40 characters",
        ),
        (
            "group = \"people\"",
            "group = \"crowd\"",
            "indicators[0].group: found \"crowd\"; allowed: people, land, things, events, organisations",
        ),
        (
            "period = \"quarter\"",
            "period = \"week\"",
            "indicators[0].period: found \"week\"; allowed: year, quarter, month, date",
        ),
        ("sum = \"sum\"", "sum = \"all\"", "indicators[0].sum: found \"all\"; allowed: none, sum, max, mean"),
        ("sum = \"sum\"", "sum = \"none\"", "indicators[1].weight: found \"residents\""),
        ("sum = \"sum\"\n", "", "indicators[0].sum: missing key sum"),
        (
            "sum = \"sum\"",
            "sum = \"sum\"\nweight = \"mean_age\"",
            "indicators[0].weight: sum needs no weight; allowed: weight with sum = \"mean\" alone",
        ),
        ("weight = \"residents\"", "weight = \"nobody\"", "indicators[1].weight: found \"nobody\"; allowed: residents"),
        ("weight = \"residents\"\n", "", "indicators[1].weight: missing key weight"),
        (
            "period = \"quarter\"\nsum = \"sum\"",
            "period = \"year\"\nsum = \"sum\"",
            "indicators[1].weight: found \"residents\"",
        ),
        ("decimals = 1", "decimals = 7", "indicators[1].decimals: found 7; allowed: a whole number from 0 to 6"),
        ("max = 120", "max = 0", "indicators[1].max: found 0; allowed: a whole number from 1 to 99999999999999"),
        ("\"2026Q2\"", "\"2026\"", "indicators[1].first_open: found \"2026\"; allowed: 2026Q3"),
        (
            "closes_after_days = 30",
            "closes_after_days = -1",
            "indicators[1].closes_after_days: found -1; allowed: a whole number from 0 to 3650",
        ),
        ("measure = {", "measures = {", "indicators[0].measures: unknown key measures"),
    ];
    for (before, after, message) in cases {
        let text = with_indicators();
        assert!(text.contains(before), "{before}");
        let error = parse(&text.replacen(before, after, 1)).expect_err(after);
        assert!(error.contains(message), "{after}: {error}");
        assert!(error.starts_with("p.toml:"), "{error}");
    }
}

#[test]
fn the_built_in_profiles_have_indicators_of_all_groups_and_kinds() {
    for profile in builtin_profiles() {
        let id = &profile.id;
        for group in Group::ALL {
            assert!(profile.indicators.iter().filter(|it| it.group == group).count() >= 2, "{id} {}", group.id());
        }
        for kind in [PeriodKind::Year, PeriodKind::Quarter, PeriodKind::Month] {
            assert!(profile.indicators.iter().any(|it| it.period == kind), "{id} {}", kind.id());
        }
        for how in ["none", "sum", "max", "mean"] {
            assert!(profile.indicators.iter().any(|it| it.roll_up.id() == how), "{id} {how}");
        }
    }
}

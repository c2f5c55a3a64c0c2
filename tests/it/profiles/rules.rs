//! Categories and rules of profiles.

use onemap::domain::profile::{Escalation, Party, category::GENERAL};

use super::*;

/// Categories and rules of a profile of [`us_counties`], behind its roles.
const WHOLE: &str = r#"
[[categories]]
id = "market.food"
name = { zh = "食品安全", en = "food safety" }
line = { zh = "市场监管", en = "market supervision" }
sensitive = false

[[rules]]
id = "food"
name = { zh = "食品", en = "food" }
category = ["market.*"]
level = "county"
place_class = ["building"]
time = [{ days = ["mon", "sun"], from = "08:30", to = "24:00" }]
lead = { role = "sheriff" }
assist = [{ organisation = "FDA" }, "body"]

[escalation]
roles = ["sheriff"]
organisation = "state"
"#;

/// Each breaks [`WHOLE`]; and what is said.
const BREAKS: &[(&str, &str, &str)] = &[
    ("line = {", "lines = {", "p.toml:59: categories[0].lines: unknown key lines; allowed: id, name, line, sensitive"),
    (
        "\"market.food\"",
        "\"market food\"",
        "p.toml:57: categories[0].id: found id \"market food\"; allowed: a-z, then a-z, 0-9, _.; at most 40 characters",
    ),
    (
        "[[categories]]",
        "[[categories]]\nid = \"market.food\"\nname = { zh = \"一\", en = \"a\" }\nline = { zh = \"一\", en = \"a\" }\n[[categories]]",
        "p.toml:61: categories[1].id: id market.food is there twice; allowed: unique ids",
    ),
    (
        "sensitive = false",
        "sensitive = \"no\"",
        "p.toml:60: categories[0].sensitive: found string; allowed: true, false",
    ),
    (
        "\"market.*\"",
        "\"city.*\"",
        "p.toml:65: rules[0].category[0]: found \"city.*\"; allowed: *, the beginning of an id with * after it, market.food",
    ),
    (
        "\"market.*\"",
        "\"market.drugs\"",
        "p.toml:65: rules[0].category[0]: found \"market.drugs\"; allowed: *, the beginning of an id with * after it, market.food",
    ),
    ("[\"market.*\"]", "[]", "p.toml:65: rules[0].category: found none; allowed: at least one entry, or no key at all"),
    ("level = \"county\"", "level = \"city\"", "p.toml:66: rules[0].level: found \"city\"; allowed: state, county"),
    (
        "level = \"county\"",
        "kind = \"exclusive\"",
        "p.toml:66: rules[0].kind: no level has kinds; allowed: no kind, or a level with kinds = true",
    ),
    (
        "level = \"county\"",
        "level = \"county\"\nkind = \"exclusive\"",
        "p.toml:67: rules[0].kind: level county has no kinds; allowed: no kind, or a level with kinds = true",
    ),
    ("\"sun\"]", "\"mon\"]", "p.toml:68: rules[0].time[0].days: a day is there twice; allowed: each once"),
    (
        "\"sun\"]",
        "\"holiday\"]",
        "p.toml:68: rules[0].time[0].days[1]: found \"holiday\"; allowed: mon, tue, wed, thu, fri, sat, sun",
    ),
    ("\"08:30\"", "\"8:30\"", "p.toml:68: rules[0].time[0].from: found \"8:30\"; allowed: HH:MM from 00:00 to 24:00"),
    ("\"24:00\"", "\"24:01\"", "p.toml:68: rules[0].time[0].to: found \"24:01\"; allowed: HH:MM from 00:00 to 24:00"),
    (
        "\"08:30\"",
        "\"24:00\"",
        "p.toml:68: rules[0].time[0].from: the hours are none; allowed: from 00:00 to 23:59, other than to",
    ),
    ("lead = { role = \"sheriff\" }\n", "", "p.toml:62: rules[0].lead: missing key lead"),
    (
        "lead = { role = \"sheriff\" }",
        "lead = { role = \"judge\" }",
        "p.toml:69: rules[0].lead.role: found \"judge\"; allowed: sheriff",
    ),
    (
        "lead = { role = \"sheriff\" }",
        "lead = \"all\"",
        "p.toml:69: rules[0].lead: found \"all\"; allowed: leaders, body",
    ),
    (
        "lead = { role = \"sheriff\" }",
        "lead = {}",
        "p.toml:69: rules[0].lead.role: neither role nor organisation; allowed: one of the two",
    ),
    (
        "lead = { role = \"sheriff\" }",
        "lead = { role = \"sheriff\", organisation = \"FDA\" }",
        "p.toml:69: rules[0].lead.organisation: both role and organisation; allowed: one of the two",
    ),
    ("\"body\"]", "\"leaders\"]", "p.toml:70: rules[0].assist[1]: found \"leaders\"; allowed: body"),
    (
        "[\"sheriff\"]",
        "[\"sheriff\", \"sheriff\"]",
        "p.toml:73: escalation.roles[1]: id sheriff is there twice; allowed: unique ids",
    ),
    ("[\"sheriff\"]", "[\"judge\"]", "p.toml:73: escalation.roles[0]: found \"judge\"; allowed: sheriff"),
    (
        "organisation = \"state\"",
        "body = \"state\"",
        "p.toml:74: escalation.body: unknown key body; allowed: roles, organisation",
    ),
];

fn parse(text: &str) -> Result<Profile, String> {
    let text = us_counties() + text;
    parse_profile(&text, "p.toml", builtin_schemes()).map_err(|error| {
        assert!(error.zh().starts_with(&error.place()) && !error.zh.is_ascii(), "{}", error.zh());
        error.to_string()
    })
}

#[test]
fn broken_rules_are_refused_with_file_line_key_and_what_is_allowed() {
    parse(WHOLE).expect("a good profile");
    for (from, to, said) in BREAKS {
        assert!(WHOLE.contains(from), "{from:?} is not in it");
        let found = parse(&WHOLE.replacen(from, to, 1)).expect_err("a broken profile");
        assert_eq!(&found, said, "{to}");
    }
    let unknown = parse(&WHOLE.replacen("\"building\"", "\"castle\"", 1)).expect_err("a broken profile");
    assert!(unknown.starts_with("p.toml:67: rules[0].place_class[0]: found \"castle\"; allowed: "), "{unknown}");
    assert!(unknown.contains("building"), "{unknown}");
}

// Stores keep such profiles for life.
#[test]
fn a_profile_without_rules_has_one_category_and_its_leaders() {
    let profile = parse("").expect("a good profile");
    assert_eq!(profile.categories.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), [GENERAL]);
    assert!(profile.rules.is_empty());
    assert_eq!(profile.escalation, Escalation { roles: vec![0], organisation: None });
    let whole = parse(WHOLE).expect("a good profile");
    assert_eq!(whole.rules[0].assist, [Party::Organisation("FDA".to_owned()), Party::Body]);
    assert_eq!(whole.escalation, Escalation { roles: vec![0], organisation: Some("state".to_owned()) });
    assert!(!whole.categories[0].is_sensitive);
}

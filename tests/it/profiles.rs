//! Profiles and code schemes: the shared vectors, the built-in files, third-party and broken ones.

mod broken;
mod codes;
mod indicators;
mod rules;

use std::{fs, path::Path};

use onemap::{
    domain::{
        area::{AreaCode, Kind},
        geometry::Position,
        profile::{
            PlaceAttribute, Profile, Thresholds,
            place_class::default_place_classes,
            scheme::{CodeFlaw, CodeScheme, ComposeError, Content, KindRule},
        },
    },
    formats::profile_toml::{builtin_profiles, builtin_schemes, find_profile, parse_profile},
};
use proptest::prelude::*;
use serde_json::Value;

fn shared(path: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared").join(path);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).expect("JSON")
}

fn code(text: &str) -> AreaCode {
    AreaCode::new(text).expect("an area code")
}

fn kind(word: Option<&Value>) -> Option<Kind> {
    word.map(|word| Kind::from_word(word.as_str().expect("a word")))
}

#[test]
fn a_branch_may_have_none_of_a_role() {
    let text =
        us_counties().replacen("[[roles]]", "[[roles]]\nbranches = [{ branch = \"plain\", min = 0, max = 0 }]", 1);
    let profile = parse_profile(&text, "p.toml", builtin_schemes()).expect("a profile");
    assert_eq!((profile.roles[0].count_in(Some("plain")), profile.roles[0].count_in(None).1 > 0), ((0, 0), true));
    let error = parse_profile(&text.replacen("min = 0, max = 0", "min = 1, max = 0", 1), "p.toml", builtin_schemes());
    let error = error.expect_err("more than may be").to_string();
    assert!(error.contains("roles[0].branches[0].max: found 0; allowed: a whole number from 1"), "{error}");
}

#[test]
fn the_five_profiles_hold_their_districts() {
    let ids: Vec<&str> = builtin_profiles().iter().map(|profile| profile.id.as_str()).collect();
    assert_eq!(ids, ["licheng", "shifeng", "danjiangkou", "chibi", "xianning"]);
    let outlines = shared("fixtures/seed_districts_boundary_wgs84.geojson");
    let divisions = shared("fixtures/seed_districts_divisions.json");
    for (profile, district) in [
        ("licheng", "350304"),
        ("shifeng", "430204"),
        ("danjiangkou", "420381"),
        ("chibi", "421281"),
        ("xianning", "421202"),
        ("xianning", "421221"),
    ] {
        let profile = find_profile(profile).expect("built in");
        let features = outlines["features"].as_array().expect("features");
        let outline = features.iter().find(|feature| feature["properties"]["code"] == district).expect("an outline");
        let mut positions = Vec::new();
        collect(&outline["geometry"]["coordinates"], &mut positions);
        assert!(positions.len() > 100 && positions.iter().all(|p| profile.extent.contains(*p)), "{district}");

        let districts = divisions["districts"].as_array().expect("districts");
        let district = districts.iter().find(|entry| entry["code"] == district).expect("its divisions");
        judges_all(profile, 0, district);
    }
}

/// Every code of the entry and below is valid and has its parent's code in it.
fn judges_all(profile: &Profile, level: u8, entry: &Value) {
    let own = code(entry["code"].as_str().expect("a code"));
    let level = onemap::domain::area::Level(level);
    let judged = profile.judge_code(level, &own).unwrap_or_else(|problem| panic!("{problem}"));
    assert_eq!(judged.notices, [], "{own}");
    for below in ["streets", "villages"] {
        for child in entry[below].as_array().into_iter().flatten() {
            let below = onemap::domain::area::Level(level.0 + 1);
            let child_code = code(child["code"].as_str().expect("a code"));
            assert_eq!(profile.parent_prefix(below, &child_code), Some(own));
            judges_all(profile, below.0, child);
        }
    }
}

fn collect(value: &Value, positions: &mut Vec<Position>) {
    let array = value.as_array().expect("coordinates");
    if let Some(lon) = array[0].as_f64() {
        let lat = array[1].as_f64().expect("a latitude");
        positions.push(Position::from_degrees(lon, lat).expect("in the world"));
    } else {
        array.iter().for_each(|inner| collect(inner, positions));
    }
}

#[test]
fn the_hierarchies_are_those_of_the_sources() {
    let ids = |name: &str| -> Vec<String> {
        let profile = find_profile(name).expect("built in");
        profile.levels.iter().map(|level| level.id.clone()).collect()
    };
    assert_eq!(ids("licheng"), ["district", "street", "community", "grid", "unit"]);
    assert_eq!(ids("shifeng"), ["district", "street", "community", "grid", "building"]);
    assert_eq!(ids("danjiangkou"), ["district", "street", "community", "grid", "building", "stairwell"]);
    assert_eq!(ids("chibi"), ["district", "street", "community", "grid", "building"]);
    assert_eq!(ids("xianning"), ["district", "street", "community", "grid", "unit"]);
    for profile in builtin_profiles() {
        assert_eq!(profile.map.notice.zh, "示意边界，未经审核，不作管理依据");
        assert_eq!(profile.map.approval_number, None);
        assert_eq!((profile.nearest_limit_m, profile.time_zone.1), (200.0, 480));
        assert!(profile.roles.iter().any(|role| role.id == "grid_leader" && (role.min, role.max) == (1, 1)));
    }
    let xianning = find_profile("xianning").expect("built in");
    let rural: Vec<&str> = xianning.levels[2..].iter().map(|l| l.name_in(Some("rural")).zh.as_str()).collect();
    assert_eq!(rural, ["村", "村民小组", "中心户长责任区"]);
    let urban: Vec<&str> = xianning.levels[2..].iter().map(|l| l.name_in(Some("urban")).zh.as_str()).collect();
    assert_eq!(urban, ["社区", "小区", "楼栋"]);
    let danjiangkou = find_profile("danjiangkou").expect("built in");
    assert!(danjiangkou.level(danjiangkou.finest()).stackable);
}

/// A third party's profile with a scheme of its own.
fn us_counties() -> String {
    r#"id = "us-counties"
name = { zh = "美国各县", en = "US counties" }
extent = [-180, -20, 180, 75]
overlap = "carve"
nearest_limit_m = 200.5
time_zone = { name = "Etc/UTC", offset_minutes = 0 }

[map]
notice = { zh = "示意边界", en = "Illustrative boundaries" }
attribution = { zh = "us-atlas", en = "us-atlas" }

[[branches]]
id = "plain"
name = { zh = "无", en = "plain" }

[[schemes]]
id = "fips-5"
name = { zh = "FIPS", en = "FIPS" }

[[schemes.levels]]
id = "state"
segments = [{ name = "state", length = 2 }]

[[schemes.levels]]
id = "county"
parent = { level = "state", segments = ["state"] }
segments = [
    { name = "state", length = 2 },
    { name = "county", length = 3, min = 1 },
]

[[levels]]
id = "state"
name = { zh = "州", en = "state" }
code = { scheme = "fips-5", level = "state" }
min_zoom = 3
label_zoom = 4
gap = "error"
norms = { area_m2 = [1e8, 2e12] }

[[levels]]
id = "county"
name = { zh = "县", en = "county" }
code = { scheme = "fips-5", level = "county" }
min_zoom = 5
gap = "warning"
branches = [{ branch = "plain", name = { zh = "县", en = "county" } }]

[[roles]]
id = "sheriff"
name = { zh = "警长", en = "sheriff" }
level = "county"
min = 1
max = 1
"#
    .to_owned()
}

#[test]
fn a_profile_with_a_scheme_of_its_own_is_read_from_text_alone() {
    let text = us_counties();
    let profile = parse_profile(&text, "us-counties.toml", builtin_schemes()).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(profile.source, text);
    assert_eq!(profile.schemes.iter().map(CodeScheme::id).collect::<Vec<_>>(), ["fips-5"]);
    let county = profile.find_level("2").expect("a level");
    assert_eq!(profile.parent_prefix(county, &code("06037")), Some(code("06")));
    assert_eq!(profile.judge_code(county, &code("06037")).expect("valid").kind, Kind::None);
    assert!(profile.judge_code(county, &code("06000")).is_err());
    assert_eq!(profile.level(county).label_zoom, None);
}

#[test]
fn thresholds_are_read_and_have_defaults() {
    let read =
        |text: &str| parse_profile(text, "p.toml", builtin_schemes()).unwrap_or_else(|e| panic!("{e}")).thresholds;
    let with = |keys: &str| read(&us_counties().replacen("[map]", &format!("[locate]\n{keys}\n[map]"), 1));
    let shares = |thresholds: Thresholds| (thresholds.sure_share(), thresholds.doubtful_share());
    assert_eq!(shares(read(&us_counties())), (0.95, 0.6));
    assert_eq!(shares(with("")), (0.95, 0.6));
    assert_eq!(shares(with("sure_share = 1")), (1.0, 0.6));
    assert_eq!(shares(with("doubtful_share = 0.95")), (0.95, 0.95));
    assert_eq!(shares(with("doubtful_share = 0.51\nsure_share = 0.8")), (0.8, 0.51));
}

#[test]
fn classes_of_places_are_read_and_have_defaults() {
    let read = |text: &str| parse_profile(text, "p.toml", builtin_schemes()).unwrap_or_else(|e| panic!("{e}"));
    let plain = read(&us_counties());
    assert_eq!(plain.place_classes, default_place_classes());
    let licheng = find_profile("licheng").expect("a built-in profile");
    assert_eq!(licheng.place_classes, default_place_classes(), "what the profile says is what others get");
    for profile in builtin_profiles() {
        for class in ["road", "ditch", "building", "gate", "camera", "hydrant", "charging_post", "service_station"] {
            assert!(profile.place_class(class).is_some(), "{} has no {class}", profile.id);
        }
    }
    let own = "[[place_classes]]\nid = \"well\"\nname = { zh = \"水井\", en = \"well\" }\nlayer = \"facility\"\n\
               geometries = [\"point\", \"polygon\"]\nattributes = [\"address\"]\n";
    let profile = read(&us_counties().replacen("[[roles]]", &format!("{own}[[roles]]"), 1));
    let [well] = &profile.place_classes[..] else { panic!("{:?}", profile.place_classes) };
    assert_eq!((well.rank, well.icon.as_deref(), well.name.zh.as_str()), (0, None, "水井"));
    assert!(well.carries(PlaceAttribute::Address) && !well.carries(PlaceAttribute::Owner));
}

//! Profiles and code schemes: the shared vectors, the built-in files, third-party and broken ones.

use std::{fs, path::Path};

use onemap::{
    domain::{
        area::{AreaCode, Kind},
        geometry::Position,
        profile::{
            Profile, Thresholds,
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
fn every_code_of_the_shared_vectors_is_judged_right() {
    let vectors = shared("vectors/code_schemes.json");
    let (mut schemes, mut valid, mut invalid) = (0, 0, 0);
    for entry in vectors["schemes"].as_array().expect("schemes") {
        let id = entry["id"].as_str().expect("an id");
        let scheme = builtin_schemes().find(id).unwrap_or_else(|| panic!("scheme {id} is not built in"));
        schemes += 1;
        for example in entry["valid"].as_array().expect("valid codes") {
            let (level, text) = (example[0].as_str().expect("a level"), example[1].as_str().expect("a code"));
            let judged = scheme.judge(level, &code(text)).unwrap_or_else(|problem| panic!("{problem}"));
            if let Some(wanted) = kind(example.get(2)) {
                assert_eq!(judged.kind, wanted, "{id} {text}");
            }
            valid += 1;
        }
        for example in entry["invalid"].as_array().expect("invalid codes") {
            let text = example.as_str().expect("a code");
            for level in scheme.levels() {
                let judged = scheme.judge(&level.id, &code(text));
                assert!(judged.is_err(), "{id} accepts {text} at {}", level.id);
            }
            invalid += 1;
        }
        for level in entry["levels"].as_array().expect("levels") {
            let name = level["level"].as_str().expect("a level");
            let ours = scheme.level(name).unwrap_or_else(|| panic!("{id} has no level {name}"));
            if let (Some(parent), Some(length)) = (level["parent"].as_str(), level["parent_len"].as_u64()) {
                assert_eq!(ours.parent.as_ref().map(|rule| rule.level.as_str()), Some(parent), "{id} {name}");
                assert_eq!(ours.parent_place(), Some(0..length as usize), "{id} {name}");
            }
        }
    }
    assert_eq!((schemes, valid, invalid), (7, 19, 17));
    assert_eq!(builtin_schemes().schemes().len(), 7);
}

#[track_caller]
fn refuses(scheme: &str, level: &str, text: &str, message: &str) {
    let scheme = builtin_schemes().find(scheme).expect("built in");
    let problem = scheme.judge(level, &code(text)).expect_err("not valid");
    assert_eq!(problem.to_string(), message);
    assert!(problem.zh().contains(text), "{}", problem.zh());
}

#[test]
fn a_refused_code_is_told_with_scheme_level_segment_and_what_is_allowed() {
    refuses(
        "range-15-18",
        "grid",
        "35030400100101",
        "area code 35030400100101 is not valid at level grid of scheme range-15-18: it has 14 characters; \
         allowed: 15 characters",
    );
    refuses(
        "range-15-18",
        "grid",
        "350304001001000",
        "area code 350304001001000 is not valid at level grid of scheme range-15-18: segment grid is 0; \
         allowed: 1-999",
    );
    refuses(
        "range-15-18",
        "unit",
        "350304001001800001",
        "area code 350304001001800001 is not valid at level unit of scheme range-15-18: segment grid is 800, which \
         is reserved; allowed: 1-999, but not 800",
    );
    refuses(
        "unit-grid-15",
        "grid",
        "350304001001O24",
        "area code 350304001001O24 is not valid at level grid of scheme unit-grid-15: character 13 (segment grid) \
         is the letter O, which looks like a digit; allowed: the digit 0",
    );
    refuses(
        "stat-12",
        "district",
        "050304",
        "area code 050304 is not valid at level district of scheme stat-12: character 1 (segment district) is 0; \
         allowed: one of 1-9",
    );
    refuses(
        "shanghai-zh-13",
        "grid",
        "zh31010101301",
        "area code zh31010101301 is not valid at level grid of scheme shanghai-zh-13: segment kind is zh; \
         allowed: one of ZH",
    );
    refuses(
        "checked-19",
        "unit",
        "3503040010010010170",
        "area code 3503040010010010170 is not valid at level unit of scheme checked-19: the check character is 0; \
         allowed: 7",
    );
    refuses(
        "stat-12",
        "grid",
        "350304",
        "area code 350304 is not valid at level grid of scheme stat-12: the scheme has no such level; \
         allowed: levels district, town, village",
    );
}

#[test]
fn a_town_that_no_standard_knows_is_a_notice() {
    for (scheme, level, text, found) in [
        ("stat-12", "town", "310115902", 902),
        ("stat-12", "town", "310115600", 600),
        ("shanghai-zh-13", "grid", "ZH31011590201", 902),
    ] {
        let scheme = builtin_schemes().find(scheme).expect("built in");
        let notices = scheme.judge(level, &code(text)).expect("valid all the same").notices;
        assert_eq!(notices.iter().map(|notice| notice.found).collect::<Vec<_>>(), [found], "{text}");
    }
    let stat = builtin_schemes().find("stat-12").expect("built in");
    for text in ["310115001", "310115599"] {
        assert_eq!(stat.judge("town", &code(text)).expect("valid").notices, []);
    }
}

#[test]
fn letters_taken_for_digits_are_refused_also_where_letters_may_stand() {
    let text = us_counties().replace("length = 2 }", "length = 2, characters = \"0-9A-Z\" }");
    let profile = parse_profile(&text, "letters.toml", builtin_schemes()).expect("valid");
    let level = profile.find_level("state").expect("a level");
    assert!(profile.judge_code(level, &code("A1")).is_ok());
    for (text, digit) in [("AO", '0'), ("IA", '1')] {
        let problem = profile.judge_code(level, &code(text)).expect_err("a look-alike");
        assert!(matches!(problem.flaw, CodeFlaw::LookAlike { digit: found, .. } if found == digit), "{problem}");
    }
}

#[test]
fn numbers_run_out_and_never_wrap() {
    let scheme = builtin_schemes().find("range-15-18").expect("built in");
    let grid = |number: u64| code(&format!("350304001001{number:03}"));
    let next = |kind, used: &[u64]| {
        let used: Vec<AreaCode> = used.iter().map(|number| grid(*number)).collect();
        scheme.next_number("grid", kind, &used).map_err(|error| error.to_string())
    };
    assert_eq!(next(Kind::Comprehensive, &[]), Ok(1));
    assert_eq!(next(Kind::Exclusive, &[]), Ok(801));
    assert_eq!(next(Kind::Comprehensive, &[1, 5, 3, 803]), Ok(6));
    assert_eq!(next(Kind::Exclusive, &[1, 5, 3, 803]), Ok(804));
    assert_eq!(next(Kind::Comprehensive, &[799]), Err("no number is left after 799; allowed: 1-799".to_owned()));
    assert_eq!(next(Kind::Exclusive, &[999]), Err("no number is left after 999; allowed: 801-999".to_owned()));
    assert_eq!(scheme.next_number("grid", Kind::None, []), Err(ComposeError::Kind));

    let parent = code("350304001001");
    assert_eq!(scheme.compose("grid", Some(&parent), Kind::Exclusive, 801), Ok(grid(801)));
    for (kind, number) in [(Kind::Comprehensive, 0), (Kind::Comprehensive, 800), (Kind::Exclusive, 1000)] {
        let composed = scheme.compose("grid", Some(&parent), kind, number);
        assert!(matches!(composed, Err(ComposeError::Number { .. })), "{number}: {composed:?}");
    }
    let composed = scheme.compose("grid", Some(&code("350304001")), Kind::Exclusive, 801);
    assert_eq!(composed, Err(ComposeError::Parent { found: 9, allowed: 12 }));
    let composed = scheme.compose("grid", None, Kind::Exclusive, 801);
    assert_eq!(composed, Err(ComposeError::Parent { found: 0, allowed: 12 }));
}

#[test]
fn codes_are_composed_by_every_scheme_that_can() {
    for (scheme, level, parent, kind, number, wanted) in [
        ("stat-12", "district", "", Kind::None, 350_304, "350304"),
        ("stat-12", "village", "350304001", Kind::None, 202, "350304001202"),
        ("unit-grid-15", "grid", "110101001001", Kind::None, 1, "110101001001001"),
        ("shanghai-zh-13", "grid", "310101013", Kind::Comprehensive, 1, "ZH31010101301"),
        ("range-15-18", "unit", "350304001001801", Kind::Comprehensive, 1, "350304001001801001"),
        ("kindchar-16-20", "unit", "350304001001Z001", Kind::Exclusive, 3, "350304001001Z001S003"),
        ("checked-19", "unit", "350304001001001", Kind::None, 17, "3503040010010010177"),
    ] {
        let found = builtin_schemes().find(scheme).expect("built in");
        let parent = (!parent.is_empty()).then(|| code(parent));
        let composed = found.compose(level, parent.as_ref(), kind, number).expect("a code");
        assert_eq!(composed.as_str(), wanted);
        assert_eq!(found.parent_prefix(level, &composed), parent, "{wanted}");
        if level != "district" {
            assert_eq!(found.number(level, &composed), Some(number), "{wanted}");
        }
    }
    let object = builtin_schemes().find("pro-grid-20").expect("built in");
    let composed = object.compose("grid", Some(&code("350304001001")), Kind::None, 1);
    assert_eq!(composed, Err(ComposeError::Free { segment: "object".to_owned() }));
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

/// Each breaks the profile of [`us_counties`]: the first occurrence of one text becomes another.
const BREAKS: &[(&str, &str)] = &[
    // Not TOML.
    ("gap = \"warning\"", "gap = "),
    ("gap = \"error\"", "gap = \"error\"\ngap = \"error\""),
    // Unknown, missing, wrong type.
    ("nearest_limit_m", "nearest_limit"),
    ("min = 1\nmax", "most = 1\nmax"),
    ("overlap = \"carve\"\n", ""),
    ("gap = \"warning\"\n", ""),
    (", en = \"US counties\"", ""),
    ("id = \"us-counties\"", "id = 5"),
    ("min_zoom = 5", "min_zoom = \"5\""),
    ("[-180, -20, 180, 75]", "{}"),
    ("gap = \"error\"", "gap = \"error\"\nkinds = 1"),
    // Bad values.
    ("\"us-counties\"", "\"US\""),
    ("id = \"county\"\nname", "id = \"cou-nty\"\nname"),
    ("zh = \"州\"", "zh = \" \""),
    ("\"carve\"", "\"mix\""),
    ("200.5", "nan"),
    ("200.5", "-1"),
    ("180, 75]", "180]"),
    ("180, 75]", "-190, 75]"),
    ("-20, 180, 75]", "80, 180, 75]"),
    ("1e8, 2e12", "2e12, 1e8"),
    ("min_zoom = 5", "min_zoom = 2"),
    ("min_zoom = 5", "min_zoom = 99999999999999999999"),
    ("label_zoom = 4", "label_zoom = 2"),
    ("[map]", "[locate]\nsure = 0.9\n[map]"),
    ("[map]", "[locate]\nsure_share = 1.01\n[map]"),
    ("[map]", "[locate]\nsure_share = 0.9\ndoubtful_share = \"0.6\"\n[map]"),
    ("[map]", "[locate]\nsure_share = 0.8\ndoubtful_share = 0.81\n[map]"),
    ("[map]", "[locate]\nsure_share = 0.8\ndoubtful_share = 0.5\n[map]"),
    ("[map]", "[locate]\nsure_share = 0.55\n[map]"),
    ("[map]", "[locate]\nsure_share = nan\n[map]"),
    ("max = 1", "max = 0"),
    ("offset_minutes = 0", "offset_minutes = 9999"),
    ("Etc/UTC", "Etc UTC"),
    ("level = \"county\"\nmin", "level = \"county\"\nkind = \"exclusive\"\nmin"),
    // Doubles.
    ("id = \"county\"\nname", "id = \"state\"\nname"),
    ("\"fips-5\"\nname", "\"stat-12\"\nname"),
    ("id = \"county\"\nparent", "id = \"state\"\nparent"),
    ("[[branches]]", "[[branches]]\nid = \"plain\"\nname = { zh = \"无\", en = \"plain\" }\n[[branches]]"),
    (
        "[[roles]]",
        "[[roles]]\nid = \"sheriff\"\nname = { zh = \"一\", en = \"a\" }\nlevel = \"state\"\nmin = 0\nmax = 1\n[[roles]]",
    ),
    // References to nothing.
    ("scheme = \"fips-5\"", "scheme = \"fips\""),
    ("level = \"county\" }", "level = \"town\" }"),
    ("branch = \"plain\"", "branch = \"urban\""),
    ("level = \"county\"\nmin", "level = \"city\"\nmin"),
    ("segments = [\"state\"] }", "segments = [\"town\"] }"),
    // Schemes that do not fit their levels or make no sense.
    ("level = \"state\" }\nmin", "level = \"county\" }\nmin"),
    ("length = 2 }]", "length = 3 }]"),
    ("length = 3, min = 1", "length = 30, min = 1"),
    ("length = 3, min = 1", "length = 3, min = 9, max = 5"),
    ("length = 3, min = 1", "length = 3, reserved = [[1, 2000]]"),
    ("length = 3, min = 1", "length = 3, first = \"A\""),
    ("length = 3, min = 1", "length = 3, characters = \"网\""),
    ("length = 3, min = 1", "length = 3, values = [\"A\"]"),
    ("length = 3, min = 1", "length = 3, min = 1, values = [\"AAA\"]"),
    ("[\"state\"] }\n", "[\"state\", \"county\"] }\n"),
    ("[\"state\"] }\n", "[\"state\"] }\nkind = { by = \"range\", comprehensive = [1, 5], exclusive = [5, 9] }\n"),
    ("[\"state\"] }\n", "[\"state\"] }\nkind = { by = \"magic\" }\n"),
    ("[\"state\"] }\n", "[\"state\"] }\nkind = { by = \"prefix\", comprehensive = [\"0\"], exclusive = [\"01\"] }\n"),
    (
        "[\"state\"] }\n",
        "[\"state\"] }\nkind = { by = \"character\", segment = \"state\", comprehensive = \"Z\", exclusive = \"S\" }\n",
    ),
    (
        "{ name = \"county\", length = 3, min = 1 },\n]",
        "{ name = \"county\", length = 3, values = [\"abc\"] },\n]\ncheck = \"iso7064-mod11-2\"",
    ),
];

/// What is said about each of [`BREAKS`].
const MESSAGES: &str = r#"
p.toml:46: not valid TOML: string values must be quoted, expected literal string
p.toml:39: not valid TOML: duplicate key
p.toml:5: nearest_limit: unknown key nearest_limit; allowed: id, name, extent, outlines, overlap, nearest_limit_m, locate, time_zone, map, branches, schemes, levels, roles
p.toml:53: roles[0].most: unknown key most; allowed: id, name, level, kind, min, max
p.toml:1: overlap: missing key overlap
p.toml:41: levels[1].gap: missing key gap
p.toml:2: name.en: missing key en
p.toml:1: id: found integer; allowed: a text
p.toml:45: levels[1].min_zoom: found string; allowed: a whole number from 0 to 22
p.toml:3: extent: found table; allowed: an array
p.toml:39: levels[0].kinds: found integer; allowed: true, false
p.toml:1: id: found id "US"; allowed: a-z, then a-z, 0-9, _-; at most 40 characters
p.toml:42: levels[1].id: found id "cou-nty"; allowed: a-z, then a-z, 0-9, _; at most 40 characters
p.toml:34: levels[0].name.zh: found " "; allowed: 1 to 400 bytes, not blank, on one line
p.toml:4: overlap: found "mix"; allowed: overlay, carve
p.toml:5: nearest_limit_m: found nan; allowed: a number from 0 to 10000
p.toml:5: nearest_limit_m: found -1; allowed: a number from 0 to 10000
p.toml:3: extent: found 3 entries; allowed: [west, south, east, north] in degrees
p.toml:3: extent[2]: found -190; allowed: a number from -180 to 180
p.toml:3: extent[3]: found 75; allowed: a number from 80 to 90
p.toml:39: levels[0].norms.area_m2[1]: found 1e8; allowed: a number from 2000000000000 to 1000000000000000
p.toml:45: levels[1].min_zoom: zoom 2 is below that of the level above; allowed: 3 or more
p.toml:45: levels[1].min_zoom: found 99999999999999999999; allowed: a whole number from 0 to 22
p.toml:37: levels[0].label_zoom: found 2; allowed: a whole number from 3 to 22
p.toml:9: locate.sure: unknown key sure; allowed: sure_share, doubtful_share
p.toml:9: locate.sure_share: found 1.01; allowed: a number from 0 to 1
p.toml:10: locate.doubtful_share: found string; allowed: a number from 0 to 1
p.toml:10: locate.doubtful_share: doubtful 0.81 and sure 0.8 do not fit; allowed: 0.5 < doubtful_share <= sure_share <= 1
p.toml:10: locate.doubtful_share: doubtful 0.5 and sure 0.8 do not fit; allowed: 0.5 < doubtful_share <= sure_share <= 1
p.toml:9: locate.sure_share: doubtful 0.6 and sure 0.55 do not fit; allowed: 0.5 < doubtful_share <= sure_share <= 1
p.toml:9: locate.sure_share: found nan; allowed: a number from 0 to 1
p.toml:54: roles[0].max: found 0; allowed: a whole number from 1 to 65535
p.toml:6: time_zone.offset_minutes: found 9999; allowed: a whole number from -720 to 840
p.toml:6: time_zone.name: found "Etc UTC"; allowed: an IANA name such as Asia/Shanghai
p.toml:53: roles[0].kind: level county has no kinds; allowed: no kind, or a level with kinds = true
p.toml:42: levels[1].id: id state is there twice; allowed: unique ids
p.toml:17: schemes[0].id: id stat-12 is there twice; allowed: unique ids
p.toml:25: schemes[0].levels[1].id: level state is there twice; allowed: unique ids
p.toml:16: branches[1].id: id plain is there twice; allowed: unique ids
p.toml:56: roles[1].id: id sheriff is there twice; allowed: unique ids
p.toml:35: levels[0].code.scheme: found "fips"; allowed: fips-5, stat-12, unit-grid-15, pro-grid-20, shanghai-zh-13, range-15-18, kindchar-16-20, checked-19
p.toml:44: levels[1].code.level: found "town"; allowed: state, county
p.toml:47: levels[1].branches[0].branch: found "urban"; allowed: plain
p.toml:52: roles[0].level: found "city"; allowed: state, county
p.toml:26: schemes[0].levels[1].parent.segments[0]: found "town"; allowed: state, county
p.toml:44: levels[1].code: its codes begin with those of state (2 characters), but state has codes of county; allowed: a scheme level below county of 5 characters
p.toml:44: levels[1].code: its codes begin with those of state (2 characters), but state has codes of state; allowed: a scheme level below state of 3 characters
p.toml:29: schemes[0].levels[1].segments[1].length: found 30; allowed: a whole number from 1 to 18
p.toml:29: schemes[0].levels[1].segments[1].max: numbers 9-5 do not fit; allowed: min not above max, both in 0-999
p.toml:29: schemes[0].levels[1].segments[1].reserved: numbers 1-2000 do not fit; allowed: [min, max] inside 0-999
p.toml:29: schemes[0].levels[1].segments[1].first: first A is not digits; allowed: digits
p.toml:29: schemes[0].levels[1].segments[1].characters: found characters "网"; allowed: letters, digits and ranges of them: 0-9A-HJ
p.toml:29: schemes[0].levels[1].segments[1].values: value "A" does not fit; allowed: texts of 3 letters, digits or hyphens
p.toml:29: schemes[0].levels[1].segments[1].min: min means nothing beside values; allowed: one of the two
p.toml:26: schemes[0].levels[1].parent: the parent's segments do not fit; allowed: neighbouring segments before the last one
p.toml:27: schemes[0].levels[1].kind: 1-5 and 5-9 have numbers in common; allowed: ranges apart from each other
p.toml:27: schemes[0].levels[1].kind.by: found "magic"; allowed: attribute, range, character, prefix
p.toml:27: schemes[0].levels[1].kind: a prefix is empty or begins another one; allowed: prefixes that tell the kinds apart
p.toml:27: schemes[0].levels[1].kind: the characters do not fit the segment; allowed: two characters of a segment of length 1 that is not the last
p.toml:31: schemes[0].levels[1].check: a check character needs digits in all segments; allowed: none, or segments of digits
"#;

#[test]
fn a_broken_profile_is_refused_with_file_line_key_and_what_is_allowed() {
    let whole = us_counties();
    let mut messages = String::from("\n");
    for (from, to) in BREAKS {
        assert!(whole.contains(from), "{from:?} is not in the profile");
        let text = whole.replacen(from, to, 1);
        let error = parse_profile(&text, "p.toml", builtin_schemes()).expect_err("a broken profile");
        assert!(error.zh().starts_with(&error.place()) && !error.zh.is_ascii(), "{}", error.zh());
        messages += &format!("{error}\n");
    }
    for (found, wanted) in messages.lines().zip(MESSAGES.lines()) {
        assert_eq!(found, wanted);
    }
    assert_eq!(messages.lines().count(), MESSAGES.lines().count());
}

#[test]
fn a_profile_has_two_to_seven_levels() {
    let text = us_counties();
    let county = text.find("[[levels]]\nid = \"county\"").expect("a level");
    let roles = text.find("[[roles]]").expect("a role");
    let level = |i: usize| {
        text[county..roles]
            .replace("id = \"county\"", &format!("id = \"l{i}\""))
            .replace("level = \"county\"", "level = \"state\"")
    };
    for (count, good) in [(0, false), (1, true), (6, true), (7, false)] {
        let below: String = (0..count).map(level).collect();
        let profile = parse_profile(&(text[..county].to_owned() + &below), "p.toml", builtin_schemes());
        assert_eq!(profile.is_ok(), good, "{profile:?}");
        if let Err(error) = profile {
            assert_eq!((&*error.key, &*error.allowed), ("levels", "2 to 7 levels"));
        }
    }
}

#[test]
fn a_file_of_nonsense_or_of_great_depth_or_length_is_refused_and_never_panics() {
    let deep = format!("a = {}{}", "[".repeat(100_000), "]".repeat(100_000));
    let long = format!("# {}", "x".repeat(2 << 20));
    for text in
        ["", "\u{feff}", "\0", "=", "[[levels]]", "levels = [1, 2]", "[a.b.c.d]\n", deep.as_str(), long.as_str()]
    {
        assert!(parse_profile(text, "p.toml", builtin_schemes()).is_err());
    }
    let cut = us_counties();
    for end in (0..cut.len()).filter(|end| cut.is_char_boundary(*end)) {
        let _ = parse_profile(&cut[..end], "p.toml", builtin_schemes());
    }
}

/// Every scheme level whose codes can be composed, as (scheme, level).
fn composable() -> Vec<(&'static CodeScheme, &'static str)> {
    let schemes = builtin_schemes().schemes().iter().filter(|scheme| scheme.id() != "pro-grid-20");
    schemes.flat_map(|scheme| scheme.levels().iter().map(move |level| (scheme, level.id.as_str()))).collect()
}

proptest! {
    /// What is composed is valid, tells its kind, its parent and its number, and no two compositions are equal.
    #[test]
    fn a_composed_code_is_judged_as_it_was_meant(
        (scheme, level) in proptest::sample::select(composable()),
        district in 100_000..1_000_000_u32, town in 1..1000_u32, village in 1..1000_u32, grid in 1..1000_u32,
        exclusive: bool, number in 0..1100_u64,
    ) {
        let spec = scheme.level(level).expect("a level");
        let long = match scheme.id() {
            "kindchar-16-20" => format!("{district}{town:03}{village:03}Z{grid:03}"),
            _ => format!("{district}{town:03}{village:03}{grid:03}"),
        };
        let parent = spec.parent_place().map(|place| code(&long[..place.len()]));
        let kind = if exclusive { Kind::Exclusive } else { Kind::Comprehensive };
        match scheme.compose(level, parent.as_ref(), kind, number) {
            Ok(composed) => {
                let judged = scheme.judge(level, &composed).expect("a composed code is valid");
                if spec.kind != KindRule::Attribute {
                    prop_assert_eq!(judged.kind, kind);
                }
                prop_assert_eq!(scheme.parent_prefix(level, &composed), parent);
                prop_assert_eq!(scheme.number(level, &composed), Some(number));
                if let Ok(next) = scheme.next_number(level, kind, [&composed]) {
                    prop_assert!(next > number);
                }
            }
            Err(ComposeError::Number { allowed, .. }) => {
                prop_assert!(!allowed.contains(number) || number == 800);
            }
            Err(ComposeError::Kind) => prop_assert!(scheme.id() == "shanghai-zh-13" && exclusive),
            Err(ComposeError::Problem(problem)) => {
                let flaw = matches!(problem.flaw, CodeFlaw::Reserved { .. } | CodeFlaw::Character { .. });
                prop_assert!(flaw && (grid == 800 || level == "district"), "{}", problem);
            }
            Err(error) => prop_assert!(false, "{}", error),
        }
    }

    /// A valid code stays valid only with digits where digits belong; no text panics.
    #[test]
    fn any_text_is_judged_without_a_panic(text in "[0-9A-Za-z-]{1,24}", (scheme, level) in proptest::sample::select(composable())) {
        let spec = scheme.level(level).expect("a level");
        let judged = scheme.judge(level, &code(&text));
        if judged.is_ok() {
            prop_assert_eq!(text.len(), spec.length());
            for (i, segment) in spec.segments.iter().enumerate() {
                if matches!(segment.content, Content::Number(_)) {
                    prop_assert!(text[spec.place(i)].bytes().all(|byte| byte.is_ascii_digit()));
                }
            }
        }
        let _ = scheme.parent_prefix(level, &code(&text));
    }

    /// MOD 11-2 finds every single wrong digit and every swap of neighbours.
    #[test]
    fn a_checked_code_with_one_slip_is_refused(
        grid in 1..1000_u32, unit in 1..1000_u64, at in 0..18_usize, digit in b'0'..=b'9', swap: bool,
    ) {
        let scheme = builtin_schemes().find("checked-19").expect("built in");
        let parent = code(&format!("350304001001{grid:03}"));
        let good = scheme.compose("unit", Some(&parent), Kind::None, unit).expect("a code");
        let mut bytes = good.as_bytes().to_vec();
        if swap { bytes.swap(at, at + 1) } else { bytes[at] = digit }
        let slip = String::from_utf8(bytes).expect("ASCII");
        if slip != good.as_str() {
            prop_assert!(scheme.judge("unit", &code(&slip)).is_err(), "{}", slip);
        }
    }
}

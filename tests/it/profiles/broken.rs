//! Profiles that are refused, and what is said of each.

use super::*;

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
    ("[map]", "crs = 1\n[map]"),
    ("[map]", "[[crs]]\nid = \"a\"\n[map]"),
    ("[map]", "[[crs]]\nid = \"A b\"\nlon_0 = 9\n[map]"),
    ("[map]", "[[crs]]\nid = \"gcj02\"\nlon_0 = 9\n[map]"),
    ("[map]", "[[crs]]\nid = \"a\"\nlon_0 = 9\nname = \"a\"\n[map]"),
    ("[map]", "[[crs]]\nid = \"a\"\nlon_0 = 181\n[map]"),
    ("[map]", "[[crs]]\nid = \"a\"\nlon_0 = 9\nk = 0.5\n[map]"),
    ("[map]", "[[crs]]\nid = \"a\"\nlon_0 = 9\nlat_0 = 91\n[map]"),
    ("[map]", "[[crs]]\nid = \"a\"\nlon_0 = 9\nx_0 = \"500 km\"\n[map]"),
    ("[map]", "[[crs]]\nid = \"a\"\nlon_0 = 9\ny_0 = inf\n[map]"),
    ("[map]", "[[crs]]\nid = \"a\"\nlon_0 = 9\nellps = \"krass\"\n[map]"),
    ("[map]", "[[crs]]\nid = \"a\"\nlon_0 = 9\nname = { zh = \"甲\", en = \"a\" }\n[map]"),
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
    // Classes of places.
    (
        "[[roles]]",
        "[[place_classes]]\nid = \"gate\"\nname = { zh = \"门\", en = \"gate\" }\nlayer = \"facility\"\ngeometries = [\"point\"]\n[[place_classes]]\nid = \"gate\"\nname = { zh = \"门\", en = \"gate\" }\nlayer = \"facility\"\ngeometries = [\"point\"]\n[[roles]]",
    ),
    (
        "[[roles]]",
        "[[place_classes]]\nid = \"gate\"\nname = { zh = \"门\", en = \"gate\" }\nlayer = \"facility\"\ngeometries = [\"point\"]\nattributes = [\"owner\", \"owner\"]\n[[roles]]",
    ),
    (
        "[[roles]]",
        "[[place_classes]]\nid = \"gate\"\nname = { zh = \"门\", en = \"gate\" }\nlayer = \"facility\"\ngeometries = [\"point\"]\nattributes = [\"colour\"]\n[[roles]]",
    ),
    (
        "[[roles]]",
        "[[place_classes]]\nid = \"gate\"\nname = { zh = \"门\", en = \"gate\" }\nlayer = \"facility\"\ngeometries = [\"point\"]\nicon = \"dragon\"\n[[roles]]",
    ),
    (
        "[[roles]]",
        "[[place_classes]]\nid = \"gate\"\nname = { zh = \"门\", en = \"gate\" }\nlayer = \"facility\"\ngeometries = [\"point\"]\nrank = 256\n[[roles]]",
    ),
    (
        "[[roles]]",
        "[[place_classes]]\nid = \"gate\"\nname = { zh = \"门\", en = \"gate\" }\nlayer = \"facility\"\ngeometries = []\n[[roles]]",
    ),
    (
        "[[roles]]",
        "[[place_classes]]\nid = \"gate\"\nname = { zh = \"门\", en = \"gate\" }\nlayer = \"facility\"\ngeometries = [\"circle\"]\n[[roles]]",
    ),
    (
        "[[roles]]",
        "[[place_classes]]\nid = \"gate\"\nname = { zh = \"门\", en = \"gate\" }\ngeometries = [\"point\"]\n[[roles]]",
    ),
    (
        "[[roles]]",
        "[[place_classes]]\nid = \"gate\"\nname = { zh = \"门\", en = \"gate\" }\nlayer = \"sky\"\ngeometries = [\"point\"]\n[[roles]]",
    ),
    (
        "[[roles]]",
        "[[place_classes]]\nid = \"gate\"\nname = { zh = \"门\", en = \"gate\" }\nlayer = \"facility\"\ngeometries = [\"point\"]\nvideo_url = true\n[[roles]]",
    ),
];

/// What is said about each of [`BREAKS`].
const MESSAGES: &str = r#"
p.toml:46: not valid TOML: string values must be quoted, expected literal string
p.toml:39: not valid TOML: duplicate key
p.toml:5: nearest_limit: unknown key nearest_limit; allowed: id, name, extent, crs, outlines, overlap, nearest_limit_m, locate, time_zone, map, branches, schemes, levels, roles, place_classes, indicators, categories, rules, escalation
p.toml:53: roles[0].most: unknown key most; allowed: id, name, level, kind, min, max, branches, party_body
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
p.toml:8: crs: found integer; allowed: an array
p.toml:8: crs[0].lon_0: missing key lon_0
p.toml:9: crs[0].id: found id "A b"; allowed: a-z, then a-z, 0-9, _-; at most 40 characters
p.toml:9: crs[0].id: gcj02 is a built-in system; allowed: an id that is not built in
p.toml:11: crs[0].name: found string; allowed: a table with the keys zh, en
p.toml:10: crs[0].lon_0: found 181; allowed: a number from -180 to 180
p.toml:11: crs[0].k: found 0.5; allowed: a number from 0.9 to 1.1
p.toml:11: crs[0].lat_0: found 91; allowed: a number from -90 to 90
p.toml:11: crs[0].x_0: found string; allowed: a number from -1000000000 to 1000000000
p.toml:11: crs[0].y_0: found inf; allowed: a number from -1000000000 to 1000000000
p.toml:11: crs[0].ellps: unknown key ellps; allowed: id, name, lon_0, lat_0, k, x_0, y_0
p.toml:10: crs[0].lon_0: the central meridian is too far from the extent, which runs from -180 to 180; allowed: a meridian within 30 degrees of all of the extent
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
p.toml:55: place_classes[1].id: id gate is there twice; allowed: unique ids
p.toml:54: place_classes[0].attributes[1]: owner is there twice; allowed: each once
p.toml:54: place_classes[0].attributes[0]: found "colour"; allowed: building, video_url, phone, address, owner
p.toml:54: place_classes[0].icon: found "dragon"; allowed: body, camera, charging, gate, hospital, hydrant, industry, market, mediation, office, park, school, service
p.toml:54: place_classes[0].rank: found 256; allowed: a whole number from 0 to 255
p.toml:53: place_classes[0].geometries: found none; allowed: at least one of point, line, polygon
p.toml:53: place_classes[0].geometries[0]: found "circle"; allowed: point, line, polygon
p.toml:49: place_classes[0].layer: missing key layer
p.toml:52: place_classes[0].layer: found "sky"; allowed: green, water, road, building, facility
p.toml:54: place_classes[0].video_url: unknown key video_url; allowed: id, name, layer, rank, geometries, icon, attributes
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

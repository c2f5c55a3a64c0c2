//! Codes of every scheme: judged, told apart, composed.

use super::*;

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

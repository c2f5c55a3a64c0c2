//! Every vector of `../shared/vectors/coord_vectors.json` through `domain::crs`, both ways.

use onemap::domain::crs::{AuthorityOrder, Crs, from_degrees, to_degrees, to_position};
use onemap::domain::geometry::Position;
use serde_json::Value;

/// Metres per degree of latitude, for judging how far two answers are apart.
const METRES_PER_DEGREE: f64 = 111_320.0;

fn vectors() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/vectors/coord_vectors.json");
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{path}: {error}"));
    serde_json::from_str(&text).expect("the vectors are JSON")
}

fn crs(name: &str) -> Crs {
    Crs::parse(name).expect("a known system")
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is a number"))
}

fn pair(value: &Value) -> (f64, f64) {
    (number(&value[0]), number(&value[1]))
}

/// A column that is `null` in some rows.
fn optional_pair(value: &Value) -> Option<(f64, f64)> {
    (!value.is_null()).then(|| pair(value))
}

#[track_caller]
fn near(found: (f64, f64), expected: (f64, f64), tolerance: f64, what: &str) {
    let off = (found.0 - expected.0).abs().max((found.1 - expected.1).abs());
    assert!(off <= tolerance, "{what}: found {found:?}, expected {expected:?}, off by {off:e}");
}

fn distance_m(a: (f64, f64), b: (f64, f64)) -> f64 {
    let east = (a.0 - b.0) * METRES_PER_DEGREE * a.1.to_radians().cos();
    east.hypot((a.1 - b.1) * METRES_PER_DEGREE)
}

#[test]
fn every_point_agrees_in_every_column_and_comes_back() {
    let vectors = vectors();
    let points = vectors["points"].as_array().expect("points");
    assert_eq!(points.len(), 221);
    assert_eq!(vectors["n_points"], 221);
    let (mut inverses, mut metres, mut zones) = (0, 0, 0);
    for point in points {
        let id = point["id"].as_str().expect("id");
        let wgs84 = pair(&point["wgs84"]);
        let gcj02 = pair(&point["gcj02"]);
        let bd09 = pair(&point["bd09_from_gcj02"]);

        near(from_degrees(crs("gcj02"), wgs84.0, wgs84.1).expect(id), gcj02, 1e-9, &format!("{id} wgs84 -> gcj02"));
        near(from_degrees(crs("bd09"), wgs84.0, wgs84.1).expect(id), bd09, 2e-9, &format!("{id} wgs84 -> bd09"));
        let shift_m = distance_m(wgs84, gcj02);
        assert!((shift_m - number(&point["shift_m"])).abs() < 6.0, "{id} shift {shift_m}");

        let inverse = &point["gcj02_to_wgs84"];
        let input = pair(&inverse["input"]);
        let found = to_degrees(crs("gcj02"), input.0, input.1).expect(id);
        match optional_pair(&inverse["expected"]) {
            Some(expected) => {
                inverses += 1;
                near(found, expected, 1e-8, &format!("{id} gcj02 -> wgs84"));
                let found = to_degrees(crs("bd09"), bd09.0, bd09.1).expect(id);
                near(found, expected, 1e-8, &format!("{id} bd09 -> wgs84"));
                let found = from_degrees(crs("gcj02"), found.0, found.1).expect(id);
                near(found, pair(&point["gcj02_from_bd09_exact"]), 2e-9, &format!("{id} bd09 -> gcj02"));
            }
            None => assert!(distance_m(found, wgs84) < 1000.0, "{id} at the edge of the box: {found:?}"),
        }

        if let Some(expected) = optional_pair(&point["bd09mc_from_bd09"]) {
            metres += 1;
            let found = from_degrees(crs("bd09mc"), wgs84.0, wgs84.1).expect(id);
            near(found, expected, 0.01, &format!("{id} wgs84 -> bd09mc"));
            if !inverse["expected"].is_null() {
                let found = to_degrees(crs("bd09mc"), expected.0, expected.1).expect(id);
                // Baidu's two tables meet only so far: see `domain::crs::bd09mc`.
                let allowed_m = if wgs84.1.abs() < 45.0 { 0.05 } else { 0.3 };
                assert!(distance_m(found, wgs84) < allowed_m, "{id} bd09mc -> wgs84: {found:?}");
            }
        }
        if let Some(systems) = point.get("cgcs2000_gk") {
            for (code, expected) in systems.as_object().expect("systems") {
                zones += 1;
                check_zone(id, &format!("EPSG:{code}"), wgs84, (number(&expected["E"]), number(&expected["N"])));
            }
            let zone = ((wgs84.0 + 1.5) / 3.0).floor();
            assert_eq!((zone, zone * 3.0), (number(&point["gk3_zone"]), number(&point["gk3_cm"])), "{id}");
        }
    }
    assert_eq!((inverses, metres, zones), (208, 209, 254));
}

#[track_caller]
fn check_zone(id: &str, name: &str, wgs84: (f64, f64), expected: (f64, f64)) {
    let found = from_degrees(crs(name), wgs84.0, wgs84.1).expect(id);
    near(found, expected, 0.001, &format!("{id} wgs84 -> {name}"));
    let back = to_degrees(crs(name), expected.0, expected.1).expect(id);
    assert!(distance_m(back, wgs84) < 0.001, "{id} {name} -> wgs84: {back:?}");
    let exact = to_degrees(crs(name), found.0, found.1).expect(id);
    near(exact, wgs84, 1e-11, &format!("{id} {name} there and back"));
    let position = to_position(crs(name), found.0, found.1).expect(id);
    assert_eq!(Some(position), Position::from_degrees(wgs84.0, wgs84.1), "{id} {name}");
}

#[test]
fn zone_prefixed_eastings_agree() {
    let vectors = vectors();
    let examples = vectors["gk_zone_prefixed_examples"].as_array().expect("examples");
    assert_eq!(examples.len(), 3);
    for example in examples {
        let (name, wgs84) = (format!("EPSG:{}", example["epsg"]), (number(&example["lon"]), number(&example["lat"])));
        check_zone("example", &name, wgs84, (number(&example["E"]), number(&example["N"])));
        let Crs::GaussKrueger(zone) = crs(&name) else { panic!("{name} is a zone") };
        assert_eq!(number(&example["zone_prefix"]), f64::from(zone.zone()), "{name}");
        assert!(zone.has_zone_prefix(), "{name}");
    }
}

#[test]
fn answers_of_real_providers_are_within_a_metre() {
    let vectors = vectors();
    let samples = vectors["provider_samples"]["samples"].as_array().expect("samples");
    assert_eq!(samples.len(), 7);
    for sample in samples {
        let (input, answer, formula) =
            (pair(&sample["input"]), pair(&sample["provider_answer"]), pair(&sample["formula"]));
        let found = match sample["op"].as_str().expect("op") {
            "wgs84->bd09" => from_degrees(crs("bd09"), input.0, input.1).expect("in the world"),
            "bd09->gcj02" => {
                let (lon, lat) = to_degrees(crs("bd09"), input.0, input.1).expect("in the world");
                from_degrees(crs("gcj02"), lon, lat).expect("in the world")
            }
            other => panic!("unknown operation {other}"),
        };
        near(found, formula, 1e-9, "formula");
        assert!(distance_m(found, answer) < 1.0, "{input:?}: {found:?} instead of {answer:?}");
    }
}

#[test]
fn the_authority_order_is_the_registered_one_and_ours_is_always_x_first() {
    let vectors = vectors();
    let mut checked = 0;
    for (code, axes) in vectors["epsg_axis_order"].as_object().expect("orders") {
        let parsed = Crs::parse(&format!("EPSG:{code}"));
        if axes.as_array().expect("axes").len() == 3 {
            assert!(parsed.is_err(), "EPSG:{code} is geocentric");
            continue;
        }
        let y_first = matches!(axes[0].as_str().expect("axis"), "Lat:north" | "X:north");
        let expected = if y_first { AuthorityOrder::YFirst } else { AuthorityOrder::XFirst };
        assert_eq!(parsed.expect("a known system").authority_order(), expected, "EPSG:{code}");
        checked += 1;
    }
    assert_eq!(checked, 10);
    let position = to_position(crs("EPSG:4490"), 119.0, 25.43).expect("in the world");
    assert_eq!((position.lon_degrees(), position.lat_degrees()), (119.0, 25.43));
}

#[test]
fn every_registered_name_of_the_vectors_is_one_of_ours() {
    let vectors = vectors();
    let names = vectors["epsg_names"].as_object().expect("names");
    assert_eq!(names.len(), 15);
    for (code, name) in names {
        let name = name.as_str().expect("name");
        let parsed = crs(&format!("EPSG:{code}"));
        let Crs::GaussKrueger(zone) = parsed else {
            assert_eq!(parsed, Crs::Cgcs2000, "EPSG:{code}");
            continue;
        };
        let width = if zone.width_deg() == 3 { "3-degree " } else { "" };
        let place = if zone.has_zone_prefix() {
            format!("zone {}", zone.zone())
        } else {
            format!("CM {}E", zone.central_meridian_deg())
        };
        assert_eq!(format!("CGCS2000 / {width}Gauss-Kruger {place}"), name, "EPSG:{code}");
    }
}

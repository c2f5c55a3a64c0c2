//! GeoJSON.

use super::*;

#[test]
fn features_carry_their_id_and_properties() {
    check(
        GeoJson,
        r#"{"type":"FeatureCollection","name":"a","bbox":[1,2,3,4],"features":[
            {"type":"Feature","id":7,"geometry":{"type":"Point","coordinates":[119.5,25.5]},"properties":{"a": [1, "甲"]}},
            {"properties":null,"geometry":{"coordinates":[1e1,-2,3.5],"type":"Point"},"id":"x","type":"Feature","bbox":[1]}
            ],"crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:OGC:1.3:CRS84"}}}"#,
        &["1: 119.5 25.5 <7\n{\"a\": [1, \"甲\"]}>", "2: 10 -2 <\"x\"\n>"],
    );
    assert_eq!(feature_parts(b"7\n{\"a\": 1}"), (b"7".as_slice(), b"{\"a\": 1}".as_slice()));
    assert_eq!(feature_parts(b""), (b"".as_slice(), b"".as_slice()));
    check(GeoJson, r#"{"features":[],"type":"FeatureCollection","crs":null}"#, &[]);
    // What an earlier answer left does not come back.
    let again = r#"{"a":1,"onemap":{"edition":1},"b":"\u007f\"","\u006fnemap":2}"#;
    let body = format!(
        r#"{{"type":"FeatureCollection","features":[{{"type":"Feature","geometry":{{"type":"Point","coordinates":[1,2]}},"properties":{again}}}]}}"#
    );
    check(GeoJson, body, &["1: 1 2 <\n{\"a\":1,\"b\":\"\\u007f\\\"\"}>"]);
}

#[test]
fn the_fast_way_takes_only_what_the_careful_one_takes() {
    const PLAIN: &str = r#"{"type":"Feature","properties":{"a":"b"},"geometry":{"type":"Point","coordinates":[1,2]}}"#;
    for (from, to) in [
        ("1,2", "1"),
        ("1,2", "1,2,"),
        ("1,2", "1,2,3,x"),
        ("1,2", "01,2"),
        ("1,2", "1,1e999"),
        ("Point", "Points"),
        ("\"Feature\"", "\"feature\""),
        ("\"a\"", "a"),
        ("\"b\"", "01"),
        ("\"b\"", "tru"),
        ("\"b\"", "\"\u{1}\""),
        ("\"b\"", "\"\\x\""),
        ("\"b\"}", "\"b\",}"),
        ("{\"a\":\"b\"}", "[]"),
        ("{\"a\":\"b\"}", "{},\"type\":\"Feature\""),
        ("\"properties\"", "\"id\":{},\"properties\""),
        ("\"type\":\"Point\",", ""),
        ("\"type\":\"Feature\",", ""),
    ] {
        assert!(PLAIN.contains(from), "{from}");
        let body = |feature: &str| format!("{{\"type\":\"FeatureCollection\",\"features\":[{feature},{PLAIN}]}}");
        // Whole, the fast way has the first turn; byte by byte it never sees a whole record.
        let lines = outline(GeoJson, &PointOptions::default(), body(&PLAIN.replacen(from, to, 1)).as_bytes());
        assert!(lines[0].contains("! ") || lines[0].starts_with("error"), "{from} to {to}: {lines:?}");
    }
}

#[test]
fn a_bad_feature_is_trouble_and_a_bad_collection_an_error() {
    let allowed = "\"type\":\"Feature\",\"properties\":{}";
    for (feature, expected) in [
        (format!("{{{allowed},\"geometry\":null}}"), "geometry! the geometry must be a Point, not null <\n{}>"),
        (format!("{{{allowed}}}"), "geometry! geometry is missing <\n{}>"),
        (
            format!("{{{allowed},\"geometry\":{{\"type\":\"LineString\",\"coordinates\":[[1,2],[3,4]]}}}}"),
            "geometry! the geometry must be a Point, not \"LineString\" <\n{}>",
        ),
        (
            format!("{{{allowed},\"geometry\":{{\"type\":\"Point\",\"coordinates\":[1]}}}}"),
            "coordinates! coordinates must be two numbers, not [1] <\n{}>",
        ),
        (
            format!("{{{allowed},\"geometry\":{{\"type\":\"Point\",\"coordinates\":[\"1\",2]}}}}"),
            "coordinates! coordinates must be two numbers, not [\"1\",2] <\n{}>",
        ),
        (
            format!("{{{allowed},\"geometry\":{{\"type\":\"Point\",\"coordinates\":[1e400,2]}}}}"),
            "coordinates! number [1e400,2] is beyond what a double can hold <\n{}>",
        ),
        (format!("{{{allowed},\"geometry\":{{\"type\":\"Point\"}}}}"), "coordinates! coordinates is missing <\n{}>"),
        (format!("{{{allowed},\"id\":[]}}"), "id! id must be a text or a number, not [] <\n{}>"),
        ("{\"type\":\"Feature\",\"properties\":[]}".into(), "properties! properties must be an object, not [] <\n>"),
        ("{\"type\":\"feature\"}".into(), "! type must be Feature, not \"feature\" <\n>"),
        ("{}".into(), "! type must be Feature, not null <\n>"),
        ("{\"type\":\"Feature\",\"type\":\"Feature\"}".into(), "type! member type is there twice <>"),
        ("7".into(), "! a Feature is expected, not 7 <>"),
    ] {
        let good = r#"{"type":"Feature","geometry":{"type":"Point","coordinates":[1,2]},"properties":null}"#;
        let body = format!(r#"{{"type":"FeatureCollection","features":[{feature},{good}]}}"#);
        check(GeoJson, body, &[&format!("1: {expected}"), "2: 1 2 <\n>"]);
    }
    for (body, expected) in [
        ("[]", "error at 0: the body does not begin as it should"),
        (r#"{"type":"Feature"}"#, "error at 8: a FeatureCollection is expected, not Feature"),
        (r#"{"type":"FeatureCollection"}"#, "error at 28: member features is missing"),
        (r#"{"features":[]}"#, "error at 15: member type is missing"),
        (r#"{"features":null}"#, "error at 12: features must be an array"),
        (r#"{"type":1}"#, "error at 8: a string is expected (byte 0 of the record)"),
        (r#"{"type":"FeatureCollection","type":1}"#, "error at 28: member type is there twice"),
        (
            r#"{"crs":{"type":"name","properties":{"name":"EPSG:3857"}}}"#,
            "error at 7: the crs member of the GeoJSON says EPSG:3857",
        ),
        (r#"{"crs":{"type":"link"}}"#, "error at 7: the crs member of the GeoJSON says {\"type\":\"link\"}"),
    ] {
        check(GeoJson, body, &[expected]);
    }
}

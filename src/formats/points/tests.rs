//! What bodies mean, good and bad, and that it makes no difference how they are cut.

use proptest::prelude::*;

use super::*;
use crate::domain::{crs::Crs, locate::AccuracyKind};

/// Reads a body in the given pieces; each record as a line, then the error if there is one.
fn outline_of<'a>(format: PointFormat, options: &PointOptions, pieces: impl Iterator<Item = &'a [u8]>) -> Vec<String> {
    let mut reader = PointReader::new(format, options.clone());
    let mut batch = PointBatch::default();
    let mut lines = Vec::new();
    let mut take = |batch: &mut PointBatch| {
        for entry in &batch.entries {
            let carried = std::str::from_utf8(batch.carried_by(entry)).expect("carried text is UTF-8");
            let asked = match &entry.asked {
                Ok(Asked { x, y, crs, accuracy_m, accuracy_kind }) => {
                    assert!(x.is_finite() && y.is_finite(), "{entry:?}");
                    let crs = crs.map_or(String::new(), |crs| format!(" {crs}"));
                    let accuracy_m = accuracy_m.map_or(String::new(), |metres| format!(" {metres}m"));
                    let kind = accuracy_kind.map_or(String::new(), |kind| format!(" {}", kind.id()));
                    format!("{x} {y}{crs}{accuracy_m}{kind}")
                }
                Err(trouble) => {
                    assert!(!trouble.zh.is_empty() && !trouble.allowed.is_empty(), "{trouble:?}");
                    format!("{}! {}", trouble.field.as_deref().unwrap_or(""), trouble.en)
                }
            };
            lines.push(format!("{}: {asked} <{carried}>", entry.number));
        }
        batch.clear();
    };
    let mut done = Ok(());
    for piece in pieces {
        done = reader.push(piece, &mut batch);
        take(&mut batch);
        if done.is_err() {
            assert_eq!(reader.finish(&mut batch), done, "an error stays");
            break;
        }
    }
    if done.is_ok() {
        done = reader.finish(&mut batch);
        take(&mut batch);
    }
    if let Err(error) = done {
        assert!(!error.zh.is_empty() && !error.allowed.is_empty(), "{error:?}");
        let number = error.number.map_or(String::new(), |number| format!(" of {number}"));
        lines.push(format!("error at {}{number}: {}", error.offset, error.en));
    }
    lines
}

/// Reads a body whole and in pieces, which must give the same.
#[track_caller]
fn outline(format: PointFormat, options: &PointOptions, body: &[u8]) -> Vec<String> {
    let whole = outline_of(format, options, std::iter::once(body));
    for cut in 0..=body.len() {
        let (head, tail) = body.split_at(cut);
        let found = outline_of(format, options, [head, tail].into_iter());
        assert_eq!(found, whole, "cut at {cut}: {}", String::from_utf8_lossy(body));
    }
    for size in 1..8 {
        let found = outline_of(format, options, body.chunks(size));
        assert_eq!(found, whole, "in pieces of {size}: {}", String::from_utf8_lossy(body));
    }
    whole
}

#[track_caller]
fn check(format: PointFormat, body: impl AsRef<[u8]>, expected: &[&str]) {
    check_with(format, &PointOptions::default(), body, expected);
}

#[track_caller]
fn check_with(format: PointFormat, options: &PointOptions, body: impl AsRef<[u8]>, expected: &[&str]) {
    let body = body.as_ref();
    assert_eq!(outline(format, options, body), expected, "{}", String::from_utf8_lossy(body));
}

use PointFormat::{Csv, GeoJson, Json, NdJson};

#[test]
fn objects_are_read_in_any_order_and_with_any_white_space() {
    check(
        Json,
        r#" [ {"lon":119.0123456,"lat":25.5} , {"lat" : -1 , "lon" : 1e2, "id": "甲" },
             {"id":-7.50,"accuracy_kind":"w3c","accuracy_m":12.5,"crs":"gcj02","lat":2,"lon":1},{"lon":0,"lat":-0} ] "#,
        &["1: 119.0123456 25.5 <>", "2: 100 -1 <\"甲\">", "3: 1 2 gcj02 12.5m w3c <-7.50>", "4: 0 -0 <>"],
    );
    check(
        Json,
        r#"[{"l\u006fn":1,"lat":2,"id":"\u7532","crs":"EPSG:\u0034490"}]"#,
        &["1: 1 2 EPSG:4490 <\"\\u7532\">"],
    );
    check(Json, r#"[{"lon":1,"lat":2,"crs":null,"accuracy_m":null,"accuracy_kind":null,"id":null}]"#, &["1: 1 2 <>"]);
    check(Json, "\u{feff}[{\"lon\":1,\"lat\":2}]", &["1: 1 2 <>"]);
    check(Json, "[]", &[]);
    check(Json, " [ ] ", &[]);
}

#[test]
fn a_bad_object_is_trouble_of_its_own_and_the_next_is_read() {
    for (record, expected) in [
        (r#"{"lon":NaN,"lat":2}"#, "lon! a number is expected, not NaN (byte 7 of the record)"),
        (r#"{"lon":1,"lat":-Infinity}"#, "lat! a number is expected, not -Infinity (byte 15 of the record)"),
        (r#"{"lon":1e400,"lat":2}"#, "lon! number 1e400 is beyond what a double can hold"),
        (r#"{"lon":null,"lat":2}"#, "lon! lon must be a number, not null"),
        (r#"{"lon":"1","lat":2}"#, "lon! lon must be a number, not \"1\""),
        (r#"{"lon":[1],"lat":2}"#, "lon! lon must be a number, not [1]"),
        (r#"{"lon":true,"lat":2}"#, "lon! lon must be a number, not true"),
        (r#"{"lon":1}"#, "lat! lat is missing"),
        (r#"{"lat":1}"#, "lon! lon is missing"),
        ("{}", "lon! lon is missing"),
        (r#"{"lon":1,"lat":2,"lon":1}"#, "lon! member lon is there twice"),
        (r#"{"lon":1,"lat":2,"lng":1}"#, "lng! unknown member lng"),
        (r#"{"lon":1,"lat":2,"crs":"mars"}"#, "crs! unknown crs mars"),
        (r#"{"lon":1,"lat":2,"crs":4490}"#, "crs! crs must be a text, not 4490"),
        (r#"{"lon":1,"lat":2,"accuracy_m":"5"}"#, "accuracy_m! accuracy_m must be a number, not \"5\""),
        (r#"{"lon":1,"lat":2,"accuracy_kind":"gps"}"#, "accuracy_kind! unknown accuracy_kind gps"),
        (r#"{"lon":1,"lat":2,"id":{}}"#, "id! id must be a text or a number, not {}"),
        (r#"{"lon":01,"lat":2}"#, "lon! a number is expected, not 01 (byte 7 of the record)"),
        (r#"{"lon":１,"lat":2}"#, "lon! a number is expected, not １ (byte 7 of the record)"),
        (r#"{"lon":1,"lat":2,"crs":"\ud800"}"#, "crs! a lone surrogate is no character (byte 30 of the record)"),
        (r#"{"lon":1,"lat":2,}"#, "! a string is expected (byte 17 of the record)"),
        ("null", "! a record is an object, not null"),
        ("[1,2]", "! a record is an object, not [1,2]"),
        ("\"a\"", "! a record is an object, not \"a\""),
        ("NaN", "! a record is an object, not NaN"),
    ] {
        let [first, third] = ["1: 0 0 <>", "3: 5 6 <>"];
        let second = format!("2: {expected} <>");
        check(Json, format!(r#"[{{"lon":0,"lat":0}},{record},{{"lon":5,"lat":6}}]"#), &[first, &second, third]);
        check(NdJson, format!("{{\"lon\":0,\"lat\":0}}\n{record}\n{{\"lon\":5,\"lat\":6}}"), &[first, &second, third]);
    }
    check(Json, b"[{\"lon\":1,\"lat\":2,\"id\":\"\xff\"}]", &["1: ! the text is not UTF-8 (byte 23) <>"]);
    check(
        Json,
        b"[{\"lon\":1,\"lat\":2,\"id\":\"\xcd\xf8\"}]",
        &["1: ! the text is not UTF-8 (byte 23), it looks like GBK <>"],
    );
    check(Json, r#"[{"lon":1,"lng":1,"id":7}]"#, &["1: lng! unknown member lng <7>"]);
}

#[test]
fn a_document_that_is_none_is_an_error_with_its_place() {
    for (body, expected) in [
        ("", "error at 0: the body is empty, there is no record"),
        (" \r\n", "error at 3: the body is empty, there is no record"),
        ("\u{feff}", "error at 3: the body is empty, there is no record"),
        ("\u{fee0}", "error at 0: the body does not begin as it should"),
        ("7", "error at 0: the body does not begin as it should"),
        ("[", "error at 1 of 1: the body ends before the document does"),
        ("[,", "error at 1 of 1: a value is expected, not ,"),
        ("[{\"lon\": 1", "error at 10 of 1: the body ends before the document does"),
        ("[[1}", "error at 1 of 1: brackets do not match"),
        ("[] []", "error at 3: there is more after the end of the document"),
        ("[}", "error at 1 of 1: a value is expected, not }"),
    ] {
        check(Json, body, &[expected]);
    }
    let first = "1: 1 2 <>";
    check(Json, r#"[{"lon":1,"lat":2},]"#, &[first, "error at 19 of 2: a value is expected, not ]"]);
    check(Json, r#"[{"lon":1,"lat":2} {}"#, &[first, "error at 19: a comma or closing bracket is expected, not {"]);
    check(Json, r#"[{"lon":1,"lat":2}]x"#, &[first, "error at 19: there is more after the end of the document"]);
    check(Json, r#"[{"lon":1,"lat":2}"#, &[first, "error at 18: the body ends before the document does"]);
    check(Json, b"\xff\xfe[\0", &["error at 0: the body is no text, or it is UTF-16"]);
    let deep = format!("[{{\"lon\":1,\"lat\":2}},{}", "{\"a\":[".repeat(100));
    check(Json, deep, &[first, "error at 19 of 2: arrays or objects are nested too deep"]);
    let deep = format!("{{\"lon\":{}1", "[".repeat(100));
    check(NdJson, deep, &["1: lon! arrays or objects are nested deeper than 64 (byte 71 of the record) <>"]);
}

#[test]
fn lines_that_are_white_are_passed_over() {
    let body = "\u{feff}\n \r\n{\"lon\":1,\"lat\":2,\"id\":1}\r\n\r\n  {\"lon\":3,\"lat\":4}  \n{\"lon\":\n1,\"lat\":2}\n{\"lon\":5,\"lat\":6} x\n";
    let expected = [
        "1: 1 2 <1>",
        "2: 3 4 <>",
        "3: lon! a number is expected, not  (byte 7 of the record) <>",
        "4: ! a record is an object, not 1,\"lat\":2} <>",
        "5: ! text after the end of the document (byte 18 of the record) <>",
    ];
    check(NdJson, body, &expected);
    check(NdJson, "\n\n", &["error at 2: the body is empty, there is no record"]);
    check(NdJson, "", &["error at 0: the body is empty, there is no record"]);
}

#[test]
fn columns_come_out_at_the_end() {
    check(
        Json,
        r#"{"lat":[2,4.5,6],"id":["a",null,7],"lon":[1, 3 ,-5e0],"accuracy_m":[5,null,6.5],
            "crs":["gcj02",null,"EPSG:4490"],"accuracy_kind":[null,"ios","uniform"]}"#,
        &["1: 1 2 gcj02 5m <\"a\">", "2: 3 4.5 ios <>", "3: -5 6 EPSG:4490 6.5m uniform <7>"],
    );
    check(
        Json,
        r#"{"crs":"bd09","accuracy_kind":"w3c","lon":[1,2],"lat":[3,4]}"#,
        &["1: 1 3 bd09 w3c <>", "2: 2 4 bd09 w3c <>"],
    );
    check(Json, r#"{"crs":null,"lon":[],"lat":[]}"#, &[]);
    check(
        Json,
        r#"{"lon":["1",null,3,NaN,5,1e400,{"a":[1]}],"lat":[1,2,null,4,5,6,7]}"#,
        &[
            "1: lon! lon must be a number, not \"1\" <>",
            "2: lon! lon must be a number, not null <>",
            "3: lat! lat must be a number, not null <>",
            "4: lon! lon must be a number, not NaN <>",
            "5: 5 5 <>",
            "6: lon! number 1e400 is beyond what a double can hold <>",
            "7: lon! lon must be a number, not {\"a\":[1]} <>",
        ],
    );
    check(
        Json,
        r#"{"lon":[1,2,3],"lat":[1,2,3],"crs":["gcj02","x","gcj02"],"id":[[],"b","c"],"accuracy_m":[1,2,"3"]}"#,
        &[
            "1: id! id must be a text or a number, not [] <>",
            "2: crs! unknown crs x <\"b\">",
            "3: accuracy_m! accuracy_m must be a number, not \"3\" <\"c\">",
        ],
    );
}

#[test]
fn columns_that_do_not_fit_together_are_an_error() {
    for (body, expected) in [
        (r#"{"lon":[1,2],"lat":[1]}"#, "error at 23: column lat has 1 values, column lon 2"),
        (r#"{"lon":[1],"lat":[1],"id":[]}"#, "error at 29: column id has 0 values, column lon 1"),
        (r#"{"lon":[1]}"#, "error at 11: column lat is missing"),
        ("{}", "error at 2: column lon is missing"),
        (r#"{"lon":[1],"lon":[1]}"#, "error at 11: column lon is there twice"),
        (r#"{"lng":[1]}"#, "error at 1: unknown column lng"),
        (r#"{"lon":1,"lat":2}"#, "error at 7: column lon must be an array, not 1"),
        (r#"{"crs":"x"}"#, "error at 7: unknown crs x"),
        (r#"{"lon":[1 2]}"#, "error at 10: a comma or closing bracket is expected, not 2"),
        (r#"{"lon":[1,]}"#, "error at 10 of 2: a value is expected, not ]"),
        (r#"{"lon":[1,2"#, "error at 11 of 2: the body ends before the document does"),
        (r#"{"lon" [1]}"#, "error at 7: a colon is expected, not ["),
        (r#"{lon:[1]}"#, "error at 1: a member name is expected, not l"),
        (r#"{"lon":[1],}"#, "error at 11: a member name is expected, not }"),
    ] {
        check(Json, body, &[expected]);
    }
    let numbers = |count: usize| vec!["1"; count].join(",");
    let read = |count: usize| {
        let body = format!(r#"{{"lon":[{}],"lat":[{}]}}"#, numbers(count), numbers(count));
        outline_of(Json, &PointOptions::default(), body.as_bytes().chunks(70_001))
    };
    assert_eq!(read(MAX_COLUMNS_RECORDS).len(), MAX_COLUMNS_RECORDS);
    assert_eq!(read(MAX_COLUMNS_RECORDS + 1), ["error at 200008 of 100001: column lon has more than 100000 values"]);
}

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

#[test]
fn delimiters_line_ends_marks_and_quotes_of_csv_are_understood() {
    check(
        Csv,
        "\u{feff}编号,Lng,LAT,备注\r\n1,119.5,25.5,\"甲,\"\"乙\"\"\n丙\"\r\n\r\n\"2\",\" +1.5\", .5 ,\r\n3,\"4\",5,x\"y\r\n",
        &[
            "1: 119.5 25.5 <1,119.5,25.5,\"甲,\"\"乙\"\"\n丙\">",
            "2: 1.5 0.5 <\"2\",\" +1.5\", .5 ,>",
            "3: 4 5 <3,\"4\",5,x\"y>",
        ],
    );
    check(
        Csv,
        "x;y;a,b\n1;2;3,4\n1,5;2;",
        &["1: 1 2 <1;2;3,4>", "2: x! 1,5 is no number, it has a decimal comma <1,5;2;>"],
    );
    check(Csv, "经度\t纬度\n1\t 2\n", &["1: 1 2 <1\t 2>"]);
    check(Csv, "\r\n\nlon,lat\n1,2", &["1: 1 2 <1,2>"]);
    check(Csv, "lon,lat\n", &[]);
    check(Csv, "\"lon\",\"la\nt\"\n1,2", &["error at 0: no column of latitude among lon, la\\nt"]);
    check(
        Csv,
        "crs,x,y,精度,accuracy_kind\ngcj02,1,2,5,ios\n,1,2,,\n bd09 ,1,2, 7 ,\"w3c\"\nmars,1,2,,\n,1,2,gut,\n,1,2,,gps\n",
        &[
            "1: 1 2 gcj02 5m ios <gcj02,1,2,5,ios>",
            "2: 1 2 <,1,2,,>",
            "3: 1 2 bd09 7m w3c < bd09 ,1,2, 7 ,\"w3c\">",
            "4: crs! unknown crs mars <mars,1,2,,>",
            "5: 精度! gut is no number <,1,2,gut,>",
            "6: accuracy_kind! unknown accuracy_kind gps <,1,2,,gps>",
        ],
    );
}

#[test]
fn a_bad_row_is_trouble_and_stays_as_wide_as_the_header() {
    for (row, expected) in [
        ("1,2", "! the record has 2 fields, the header 3 <1,2,>"),
        ("1", "! the record has 1 fields, the header 3 <1,,>"),
        ("1,2,a,\"b\"", "! the record has 4 fields, the header 3 <1,2,\"a,\"\"b\"\"\">"),
        (",2,", "lon! lon is missing <,2,>"),
        ("1, ,", "lat! lat is missing <1, ,>"),
        ("NaN,2,", "lon! NaN is no number <NaN,2,>"),
        ("inf,2,", "lon! inf is no number <inf,2,>"),
        ("1e400,2,", "lon! number 1e400 is beyond what a double can hold <1e400,2,>"),
        ("１１９,2,", "lon! １１９ is no number, it has full-width characters <１１９,2,>"),
        ("\"1,5\",2,", "lon! 1,5 is no number, it has a decimal comma <\"1,5\",2,>"),
        ("119°5′,2,", "lon! 119°5′ is no number, it looks like degrees, minutes and seconds <119°5′,2,>"),
        ("0x10,2,", "lon! 0x10 is no number <0x10,2,>"),
        ("\"1\"2,2,", "12 2 <\"1\"2,2,>"),
    ] {
        check(Csv, format!("lon,lat,a\n{row}\n5,6,b\n"), &[&format!("1: {expected}"), "2: 5 6 <5,6,b>"]);
        check(Csv, format!("lon,lat,a\r\n5,6,b\r\n{row}"), &["1: 5 6 <5,6,b>", &format!("2: {expected}")]);
    }
    check(Csv, "lon,lat\n1,2\n\"1,2\n3,4\n", &["1: 1 2 <1,2>", "error at 12 of 2: a quoted field does not end"]);
    check(Csv, b"lon,lat,a\n1,2,\xff\n", &["1: ! the text is not UTF-8 or GB18030 (from byte 4) <1,2,\u{fffd}>"]);
}

#[test]
fn a_header_must_say_which_columns_are_meant() {
    for (header, expected) in [
        ("", "error at 0: the body is empty, there is no record"),
        ("a,b", "error at 0: no column of longitude among a, b"),
        ("lon,b", "error at 0: no column of latitude among lon, b"),
        ("lon,X,lat", "error at 0: columns lon and X both look like the longitude"),
        ("lon,纬度,lat", "error at 0: columns 纬度 and lat both look like the latitude"),
        ("lon,lat,crs,CRS", "error at 0: columns crs and CRS both look like crs"),
        ("lon,lat\r1,2\r3,4\n", "error at 0: lines end in a lone carriage return"),
        ("\"lon,lat\n1,2", "error at 0: a quoted field does not end"),
    ] {
        check(Csv, header, &[expected]);
    }
    let named = |lon: Option<&str>, lat: Option<&str>| PointOptions {
        lon_column: lon.map(str::to_owned),
        lat_column: lat.map(str::to_owned),
    };
    let body = "lon,X,lat,y\n1,2,3,4\n";
    check_with(Csv, &named(Some("x"), Some("Y")), body, &["1: 2 4 <1,2,3,4>"]);
    check_with(Csv, &named(Some("y"), Some("X")), body, &["1: 4 2 <1,2,3,4>"]);
    check_with(Csv, &named(Some("x"), None), body, &["error at 0: columns lat and y both look like the latitude"]);
    check_with(Csv, &named(Some("x"), Some("东")), body, &["error at 0: there is no column 东"]);
    check_with(Csv, &named(Some("x"), Some("x")), body, &["error at 0: column X is both longitude and latitude"]);
    check_with(Csv, &named(Some("a"), Some("b")), "a,b,a\n1,2,3", &["error at 0: column a is there twice"]);
    check_with(Csv, &named(Some("a"), Some("A")), "a,A\n1,2", &["1: 1 2 <1,2>"]);
    let wide = vec!["a"; 2_000].join(",");
    check_large(&wide, "error at 0: the header has 2000 columns");
    check_large(&"a".repeat(2 << 20), "error at 0: the header is longer than 1048576 bytes");
}

#[track_caller]
fn check_large(body: &str, expected: &str) {
    for size in [usize::MAX, 65_536, 1_000] {
        assert_eq!(outline_of(Csv, &PointOptions::default(), body.as_bytes().chunks(size)), [expected]);
    }
}

#[test]
fn gb18030_is_told_from_utf8_and_said_in_the_header() {
    let gbk = |text: &str| encoding_rs::GB18030.encode(text).0.into_owned();
    check(Csv, gbk("名称,经度,纬度\n镇海,1,2\n"), &["1: 1 2 <镇海,1,2>"]);
    check(
        Csv,
        gbk("name,lon,lat\na,1,2\n镇海,１,2\n"),
        &["1: 1 2 <a,1,2>", "2: lon! １ is no number, it has full-width characters <镇海,１,2>"],
    );
    let mut mixed = "name,lon,lat\n镇,1,2\n".as_bytes().to_vec();
    mixed.extend(gbk("镇海,1,2\n"));
    let lines = outline(Csv, &PointOptions::default(), &mixed);
    assert!(lines[1].starts_with("2: ! the text is not UTF-8 (from byte 0)"), "{lines:?}");
    let read = |body: &[u8]| {
        let mut reader = PointReader::new(Csv, PointOptions::default());
        assert_eq!(reader.header(), None);
        reader.push(body, &mut PointBatch::default()).expect("a CSV");
        reader.header().cloned().expect("the header is read")
    };
    let header = read(&gbk("名称;经度;纬度;精度\r\n"));
    let expected = Header {
        columns: ["名称", "经度", "纬度", "精度"].map(str::to_owned).to_vec(),
        line: "名称;经度;纬度;精度".to_owned(),
        lon: 1,
        lat: 2,
        crs: None,
        accuracy_m: Some(3),
        accuracy_kind: None,
        delimiter: b';',
        encoding: encoding_rs::GB18030,
    };
    assert_eq!(header, expected);
    assert_eq!(read(b"lon,lat,a\n1,2,a\n").encoding, encoding_rs::UTF_8);
    assert_eq!(read(&gbk("lon,lat,a\n1,2,镇\n")).encoding, encoding_rs::GB18030);
}

#[test]
fn the_shape_of_a_json_body_is_known_after_its_first_byte() {
    for (body, shape) in [("\u{feff} [", Shape::Objects), (" {", Shape::Columns)] {
        let mut reader = PointReader::new(Json, PointOptions::default());
        assert_eq!(reader.shape(), None);
        reader.push(body.as_bytes(), &mut PointBatch::default()).expect("a beginning");
        assert_eq!(reader.shape(), Some(shape));
    }
}

#[test]
fn a_record_beyond_the_limit_ends_the_reading_whole_or_in_pieces() {
    let long = "a".repeat(crate::formats::shape_rules::MAX_RECORD_BYTES);
    for (format, head) in [
        (Json, "[{\"lon\":1,\"lat\":2},{\"lon\":3,\"lat\":4,\"id\":\""),
        (NdJson, "{\"lon\":1,\"lat\":2}\n{\"lon\":3,\"lat\":4,\"id\":\""),
        (Csv, "lon,lat,a\n1,2,\n3,4,"),
    ] {
        let body = format!("{head}{long}\"}},\n");
        let read = |size: usize| outline_of(format, &PointOptions::default(), body.as_bytes().chunks(size));
        let whole = read(usize::MAX);
        assert_eq!(whole.len(), 2, "{whole:?}");
        assert!(whole[1].ends_with("a record is larger than 64 MiB"), "{whole:?}");
        assert_eq!(read(1 << 20), whole);
    }
}

/// A record as text in each format, and what it asks.
#[derive(Debug, Clone)]
struct Written {
    lon: String,
    lat: String,
    crs: Option<&'static str>,
    accuracy_m: Option<u16>,
    id: u32,
    note: String,
}

impl Written {
    fn object(&self) -> String {
        let mut members = vec![format!("\"lon\":{}", self.lon), format!(" \"lat\" : {}", self.lat)];
        members.extend(self.crs.map(|crs| format!("\"crs\":\"{crs}\"")));
        members.extend(self.accuracy_m.map(|metres| format!("\"accuracy_m\":{metres}")));
        let id = serde_json::to_string(&self.note).expect("a string");
        members.push(format!("\"id\": {id}"));
        let length = members.len();
        members.rotate_left(self.id as usize % length);
        format!("{{{}}}", members.join(","))
    }

    fn row(&self) -> String {
        let quoted = format!("\"{}\"", self.note.replace('"', "\"\""));
        let metres = self.accuracy_m.map_or(String::new(), |metres| metres.to_string());
        format!("{},{},{quoted},{},{metres},{}", self.id, self.lon, self.lat, self.crs.unwrap_or(""))
    }

    fn asked(&self) -> Asked {
        Asked {
            x: self.lon.parse().expect("a number"),
            y: self.lat.parse().expect("a number"),
            crs: self.crs.map(|name| Crs::parse(name).expect("a system")),
            accuracy_m: self.accuracy_m.map(f64::from),
            accuracy_kind: None::<AccuracyKind>,
        }
    }
}

fn written() -> impl Strategy<Value = Written> {
    let number = "-?(0|[1-9][0-9]{0,8})(\\.[0-9]{1,18})?([eE][+-]?[0-9])?";
    let crs = prop_oneof![Just(None), Just(Some("gcj02")), Just(Some("EPSG:4549"))];
    (number, number, crs, any::<Option<u16>>(), any::<u32>(), "[a-z]{0,9}|[ -~\n甲乙\u{1f600}]{0,9}")
        .prop_map(|(lon, lat, crs, accuracy_m, id, note)| Written { lon, lat, crs, accuracy_m, id, note })
}

/// What a body asks, read in pieces of the sizes in turn.
fn asked_of(format: PointFormat, body: &str, sizes: &[usize]) -> Vec<(Asked, String)> {
    let mut reader = PointReader::new(format, PointOptions::default());
    let mut batch = PointBatch::default();
    let (mut rest, mut turn) = (body.as_bytes(), 0);
    while !rest.is_empty() {
        let (piece, after) = rest.split_at(sizes[turn % sizes.len()].min(rest.len()));
        reader.push(piece, &mut batch).expect("a good body");
        (rest, turn) = (after, turn + 1);
    }
    reader.finish(&mut batch).expect("a good body");
    let one = |entry: &Entry| {
        let carried = String::from_utf8(batch.carried_by(entry).to_vec()).expect("UTF-8");
        (entry.asked.clone().expect("a good record"), carried)
    };
    batch.entries.iter().map(one).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn what_was_written_is_read_however_it_is_cut(
        records in prop::collection::vec(written(), 1..60),
        sizes in prop::collection::vec(1_usize..400, 1..6),
    ) {
        let ids = |carried: String| serde_json::from_str::<String>(&carried).expect("an id");
        let objects: Vec<String> = records.iter().map(Written::object).collect();
        for (format, body) in [(Json, format!("[{}]", objects.join(" ,\n"))), (NdJson, objects.join("\r\n"))] {
            for sizes in [sizes.as_slice(), &[usize::MAX]] {
                let found = asked_of(format, &body, sizes);
                prop_assert_eq!(found.len(), records.len());
                for ((asked, carried), record) in found.into_iter().zip(&records) {
                    prop_assert_eq!(asked, record.asked());
                    prop_assert_eq!(&ids(carried), &record.note);
                }
            }
        }
        let rows: Vec<String> = records.iter().map(Written::row).collect();
        let body = format!("no,lon,note,lat,accuracy_m,crs\n{}\n", rows.join("\n"));
        for sizes in [sizes.as_slice(), &[usize::MAX]] {
            for ((asked, carried), (record, row)) in asked_of(Csv, &body, sizes).into_iter().zip(records.iter().zip(&rows)) {
                prop_assert_eq!(asked, record.asked());
                prop_assert_eq!(&carried, row);
            }
        }
        let column = |value: fn(&Written) -> &String| {
            records.iter().map(|record| value(record).as_str()).collect::<Vec<_>>().join(", ")
        };
        let body = format!("{{\"lat\":[{}],\"lon\":[{}]}}", column(|record| &record.lat), column(|record| &record.lon));
        for sizes in [sizes.as_slice(), &[usize::MAX]] {
            for ((asked, _), record) in asked_of(Json, &body, sizes).into_iter().zip(&records) {
                prop_assert_eq!((asked.x, asked.y), (record.asked().x, record.asked().y));
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn any_bytes_are_read_or_refused_alike_however_they_are_cut(
        body in "[\\[\\]{}\",:;\\\\ \r\n\t0-9.eE+-]{0,30}|\\PC{0,20}",
        bytes in prop::collection::vec(any::<u8>(), 0..30),
        format in prop_oneof![Just(Json), Just(GeoJson), Just(NdJson), Just(Csv)],
        head in 0_usize..6,
    ) {
        let heads = ["", "[{\"lon\":1,\"lat\":2},", "{\"lon\":[1,", "lon,lat,a\n1,2,3\n", "{\"lon\":1,\"lat\":", "{\"features\":[{\"id\":1,"];
        for tail in [body.as_bytes(), &bytes] {
            outline(format, &PointOptions::default(), &[heads[head].as_bytes(), tail].concat());
        }
    }
}

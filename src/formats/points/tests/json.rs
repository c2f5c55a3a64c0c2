//! JSON objects, columns and lines.

use super::*;

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

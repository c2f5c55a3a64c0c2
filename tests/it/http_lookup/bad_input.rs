//! Bad input: a located answer or a clear problem.

use super::*;

const CSV: &str = "text/csv";
const NDJSON: &str = "application/x-ndjson";

/// The problem of a parameter.
fn bad_parameter(parameter: &str, (en, zh): (&str, &str), allowed: impl Into<Value>) -> Value {
    json!({
        "type": "/problems/bad-parameter", "title": "参数有误 / A parameter is wrong", "status": 400,
        "detail": en, "detail_zh": zh, "instance": "/lookup", "parameter": parameter, "allowed": allowed.into(),
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_question_is_told_what_is_wrong_with_it() {
    let service = service(300).await;
    let decimal = "a finite decimal number";
    let not_decimal = |name: &str, text: &str| {
        let en = format!("parameter {name} is \"{text}\"; allowed: {decimal}");
        bad_parameter(name, (&en, &format!("参数 {name} 的值 \"{text}\" 不可用；允许：有限的十进制数")), decimal)
    };
    let accuracy = |metres: &str| {
        let en = format!("an accuracy of {metres} m; allowed is above 0 and at most 2000 m");
        bad_parameter(
            "accuracy_m",
            (&en, &format!("精度 {metres} 米不可用，须大于 0、不超过 2000 米")),
            "above 0, at most 2000",
        )
    };
    let cases = [
        (
            "lon=25.44&lat=119.01",
            bad_parameter(
                "lon",
                (
                    "longitude 25.44 and latitude 119.01 look swapped: exchanged they lie inside the district's extent",
                    "经度 25.44 与纬度 119.01 似乎颠倒了：交换后才落在本地范围内",
                ),
                "longitude in lon, latitude in lat",
            ),
        ),
        ("lon=NaN&lat=25", not_decimal("lon", "NaN")),
        ("lon=119&lat=-Infinity", not_decimal("lat", "-Infinity")),
        ("lon=1e400&lat=25", not_decimal("lon", "1e400")),
        (
            "lon=119&lat=90.5",
            bad_parameter(
                "lon, lat",
                (
                    "latitude 90.5 is outside EPSG:4490, which allows -90 to 90",
                    "纬度 90.5 不在 EPSG:4490 的范围内（-90 至 90）",
                ),
                "-90 to 90",
            ),
        ),
        (
            "lon=119&lat=25&crs=mars",
            bad_parameter(
                "crs",
                ("mars is no known coordinate system", "不认识坐标系 mars"),
                json!(onemap::domain::profile::CrsNames::default().all()),
            ),
        ),
        ("lon=119&lat=25&accuracy_m=-5", accuracy("-5")),
        ("lon=119&lat=25&accuracy_m=0", accuracy("0")),
        ("lon=119&lat=25&accuracy_m=10000", accuracy("10000")),
        (
            "lon=119&lat=25&accuracy_m=5&accuracy_kind=gps",
            bad_parameter(
                "accuracy_kind",
                (
                    "parameter accuracy_kind is \"gps\"; allowed: android, w3c, ios, uniform",
                    "参数 accuracy_kind 的值 \"gps\" 不可用；允许：android, w3c, ios, uniform",
                ),
                "android, w3c, ios, uniform",
            ),
        ),
    ];
    for (query, expected) in cases {
        let (status, text) = get(&service, &format!("/lookup?{query}")).await;
        assert_eq!((status, problem(&text)), (StatusCode::BAD_REQUEST, expected), "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn exchanged_metres_are_told_whether_or_not_they_are_a_place_elsewhere() {
    use onemap::domain::crs::{Crs, from_degrees};
    let service = service(300).await;
    let (lon, lat, code) = some_unit(&service).await;
    for name in ["EPSG:4549", "EPSG:4527", "EPSG:3857", "bd09mc"] {
        let (x, y) = from_degrees(Crs::parse(name).expect("a known system"), lon, lat).expect("in the domain");
        let (status, text) = get(&service, &format!("/lookup?lon={x}&lat={y}&crs={name}")).await;
        assert!(status == StatusCode::OK && text.contains(&code), "{name}: {text}");
        let en = format!("easting {y} and northing {x} look swapped: exchanged they lie inside the district's extent");
        let zh = format!("东坐标 {y} 与北坐标 {x} 似乎颠倒了：交换后才落在本地范围内");
        let allowed = "easting in lon, northing in lat";
        let (status, text) = get(&service, &format!("/lookup?lon={y}&lat={x}&crs={name}")).await;
        let expected = bad_parameter("lon", (&en, &zh), allowed);
        assert_eq!((status, problem(&text)), (StatusCode::BAD_REQUEST, expected), "{name}");
        // In a batch, answered in full and with codes only, in place; of the record's own system too.
        let records =
            json!([{"lon": y, "lat": x}, {"lon": x, "lat": y}, {"lon": y, "lat": x, "crs": name}]).to_string();
        let path = format!("/lookup?crs={name}&answer=");
        let (_, text) = post(&service, &format!("{path}full"), ("application/json", NDJSON), records.clone()).await;
        let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        let (_, text) = post(&service, &format!("{path}codes"), ("application/json", ""), records).await;
        let brief: Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(brief["codes"], json!([null, code, null]), "{text}");
        assert_eq!(lines[1]["chain"][4]["code"], json!(code), "{name}");
        for (number, at) in [(1, 0), (3, 2)] {
            let detail = json!(format!("record {number}: {en}; allowed: {allowed}"));
            assert_eq!(lines[at]["error"]["detail"], detail, "{name}");
            assert_eq!(brief["errors"][usize::from(at > 0)]["error"]["detail"], detail, "{name}");
        }
        // Far away either way: no hint, and the answer that it has always had.
        let (x, y) = from_degrees(Crs::parse(name).expect("a known system"), 117.5, 30.0).expect("in the domain");
        let (status, text) = get(&service, &format!("/lookup?lon={x}&lat={y}&crs={name}")).await;
        assert!(status == StatusCode::OK && text.contains("\"match\":\"none\""), "{name}: {text}");
        let (_, text) = get(&service, &format!("/lookup?lon={y}&lat={x}&crs={name}")).await;
        assert!(!text.contains("swapped"), "{name}: {text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_place_outside_of_all_areas_is_answered() {
    let service = service(300).await;
    let none = |lon: &str, lat: &str| {
        format!(
            "{{\"edition\":1,\"match\":\"none\",\"position\":{{\"lon\":{lon},\"lat\":{lat}}},\"chain\":[],\
             \"missing\":[],\"stacked\":[],\"answer_level\":null,\"margin_m\":null,\"on_border\":false,\
             \"co_owners\":[],\"runner_up\":null,\"nearest\":null,\"certainty\":null,\"candidates\":[],\
             \"responsible\":[]}}"
        )
    };
    for (lon, lat, expected) in [
        ("122.5", "25.4", none("122.5", "25.4")),
        ("0", "90", none("0.0", "90.0")),
        ("180", "-90", none("-180.0", "-90.0")),
        ("-0.00000004", "0.00000006", none("0.0", "1e-7")),
    ] {
        let (status, text) = get(&service, &format!("/lookup?lon={lon}&lat={lat}")).await;
        assert_eq!((status, text), (StatusCode::OK, expected), "{lon} {lat}");
    }
}

/// A vertex of the outer border, and the areas there.
#[tokio::test(flavor = "multi_thread")]
async fn the_outer_border_has_an_owner_or_names_those_who_meet_there() {
    let service = service(300).await;
    let served = service.app.served();
    let snapshot = &served.snapshot;
    let (mut inside, mut outside) = (0, 0);
    for side in snapshot.coverage.border_of(0) {
        let position = snapshot.coverage.positions(side.arc)[0];
        let (lon, lat) = (position.lon_degrees(), position.lat_degrees());
        let (status, text) = get(&service, &format!("/lookup?lon={lon}&lat={lat}")).await;
        let answer: Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!((status, &answer["on_border"]), (StatusCode::OK, &json!(true)), "{text}");
        if answer["match"] == json!("border") {
            inside += 1;
            assert_eq!(answer["margin_m"], json!(0.0), "{text}");
        } else {
            outside += 1;
            let first = &answer["co_owners"][0];
            let nearest = &answer["nearest"];
            assert_eq!((&answer["match"], &answer["chain"]), (&json!("nearest"), &json!([])), "{text}");
            assert_eq!(
                (&nearest["code"], &nearest["distance_m"], &nearest["bearing_deg"]),
                (first, &json!(0.0), &json!(0.0)),
                "{text}"
            );
        }
    }
    assert!(inside > 0 && outside > 0, "{inside} {outside}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_cannot_be_read_is_refused_whole() {
    let service = service(0).await;
    for media_type in ["application/json", "application/geo+json", NDJSON, CSV] {
        let (status, text) = post(&service, "/lookup", (media_type, ""), "").await;
        let found = problem(&text);
        assert_eq!(
            (status, &found["type"], &found["detail"], &found["detail_zh"], &found["offset"]),
            (
                StatusCode::BAD_REQUEST,
                &json!("/problems/bad-request"),
                &json!("the body is empty, there is no record"),
                &json!("请求体是空的，没有记录"),
                &json!(0)
            ),
            "{media_type}"
        );
    }
    let (status, text) = post(&service, "/lookup", (CSV, ""), "a,b\n1,2\n").await;
    let found = problem(&text);
    assert_eq!(
        (status, &found["detail"]),
        (StatusCode::BAD_REQUEST, &json!("no column of longitude among a, b")),
        "{text}"
    );
    let (status, text) = post(&service, "/lookup", ("application/json", ""), "[{\"lon\":1,\"lat\":2}").await;
    assert_eq!((status, &problem(&text)["type"]), (StatusCode::BAD_REQUEST, &json!("/problems/bad-request")), "{text}");
    let (status, text) = post(&service, "/lookup?lon_col=a", (NDJSON, ""), "{}").await;
    assert_eq!((status, &problem(&text)["parameter"]), (StatusCode::BAD_REQUEST, &json!("lon_col")), "{text}");
    let (status, text) = post(&service, "/lookup?accuracy_m=-1", (CSV, ""), "lon,lat\n1,2\n").await;
    assert_eq!((status, &problem(&text)["parameter"]), (StatusCode::BAD_REQUEST, &json!("accuracy_m")), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn more_than_the_limit_is_refused_in_json_and_taken_in_lines() {
    let service = service(0).await;
    let too_many = "{\"lon\":1,\"lat\":2}\n".repeat(100_001);
    let expected = json!({
        "type": "/problems/bad-request", "title": "请求无法解析 / The request cannot be parsed", "status": 400,
        "detail": "more than 100000 points in one batch; NDJSON and CSV both ways have no such limit",
        "detail_zh": "一次最多 100000 个点；更多请用 NDJSON 或 CSV 收发", "instance": "/lookup",
        "limit": "max-batch-records", "allowed": 100_000,
    });
    let (status, text) = post(&service, "/lookup", (NDJSON, "application/json"), too_many.clone()).await;
    assert_eq!((status, problem(&text)), (StatusCode::BAD_REQUEST, expected));
    let (status, lines) = post(&service, "/lookup", (NDJSON, ""), too_many).await;
    assert_eq!((status, lines.lines().count()), (StatusCode::OK, 100_001));
    // A body in JSON has a limit in bytes as well; one mebibyte in these tests.
    let (status, text) =
        post(&service, "/lookup", ("application/json", ""), format!("[{}]", " ".repeat(1 << 20))).await;
    assert_eq!((status, &problem(&text)["limit"]), (StatusCode::PAYLOAD_TOO_LARGE, &json!("max-body-bytes")), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_records_are_answered_in_place() {
    let service = service(300).await;
    let body = "{\"lon\":NaN,\"lat\":2}\n{\"lon\":1e400,\"lat\":2}\n{\"lon\":25.44,\"lat\":119.01}\n\
                {\"lon\":1,\"lat\":2,\"accuracy_m\":-1}\n{\"lon\":1,\"lat\":2,\"crs\":\"mars\"}\n{\"lon\":1,\"lat\":2}\n";
    let (status, lines) = post(&service, "/lookup", (NDJSON, ""), body).await;
    assert_eq!(status, StatusCode::OK);
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    for (number, (line, begin)) in (1..).zip(lines.iter().zip([
        "a number is expected, not NaN",
        "number 1e400 is beyond what a double can hold",
        "longitude 25.44 and latitude 119.01 look swapped",
        "an accuracy of -1 m; allowed is above 0",
        "unknown crs mars",
    ])) {
        let detail = line["error"]["detail"].as_str().expect("a detail");
        assert!(detail.starts_with(&format!("record {number}: {begin}")), "{detail}");
        assert_eq!((&line["record"], &line["error"]["record"]), (&json!(number), &json!(number)));
    }
    assert_eq!((lines.len(), &lines[5]["match"]), (6, &json!("none")));
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_from_spreadsheets_are_understood_and_come_back_as_they_were() {
    let service = service(300).await;
    let (lon, lat, code) = some_unit(&service).await;
    // A byte order mark, semicolons, Windows line ends, a quoted line feed, a quoted quote.
    let body = format!("\u{feff}名称;经度;纬度\r\n\"两\n行\";{lon};{lat}\r\n\"a\"\"b\";{lon};{lat}\r\n");
    let (status, text) = post(&service, "/lookup", (CSV, ""), body).await;
    assert_eq!(status, StatusCode::OK);
    assert!(text.starts_with("名称;经度;纬度;edition;match;code;name;level;"), "{text}");
    for record in
        [format!("\"两\n行\";{lon};{lat};1;inside;{code};"), format!("\"a\"\"b\";{lon};{lat};1;inside;{code};")]
    {
        assert!(text.contains(&format!("\r\n{record}")), "{record} in {text}");
    }
    // A header in GBK.
    let (gbk, _, _) = encoding_rs::GBK.encode("名称,经度,纬度\n");
    let mut body = gbk.into_owned();
    body.extend_from_slice(format!("x,{lon},{lat}\n").as_bytes());
    let (status, text) = post(&service, "/lookup", (CSV, ""), body).await;
    assert_eq!(status, StatusCode::OK);
    assert!(
        text.starts_with("名称,经度,纬度,edition,") && text.contains(&format!("\r\nx,{lon},{lat},1,inside,{code},")),
        "{text}"
    );
}

//! Codes only, in every format, taken in at once or in pieces.

use axum::body::Bytes;
use futures_util::stream;

use super::*;

const JSON: &str = "application/json";
const GEOJSON: &str = "application/geo+json";
const NDJSON: &str = "application/x-ndjson";
const CSV: &str = "text/csv";

/// How many bytes of a body come at a time when it comes in pieces.
const PIECE: usize = 100;

/// Some points and their full answers.
struct Sample {
    service: Service,
    points: Vec<(f64, f64)>,
    answers: Vec<Value>,
}

/// Points all over the district and around it.
async fn sample() -> Sample {
    let service = service(300).await;
    let (lon, lat, _) = some_unit(&service).await;
    let at = |i: u32| (f64::from(i % 40) * 0.000_41, f64::from(i / 40) * 0.000_37);
    let mut points: Vec<(f64, f64)> = (0..600).map(at).map(|(east, north)| (lon + east, lat + north)).collect();
    points.push((1.0, 2.0));
    let body = write(NDJSON, &points);
    let (_, lines) = post(&service, "/lookup", (NDJSON, ""), body).await;
    let answers: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(answers.len(), points.len());
    Sample { service, points, answers }
}

impl Sample {
    /// The code that each full answer has on a level.
    fn codes(&self, level: &str) -> Vec<Value> {
        let of_level = |answer: &Value| {
            let chain = answer["chain"].as_array().expect("a chain");
            chain.iter().find(|area| area["level"] == level).map_or(Value::Null, |area| area["code"].clone())
        };
        self.answers.iter().map(of_level).collect()
    }
}

fn write(format: &str, points: &[(f64, f64)]) -> String {
    let each = |one: &dyn Fn(usize, f64, f64) -> String, between: &str| {
        let written: Vec<String> = points.iter().enumerate().map(|(i, &(lon, lat))| one(i, lon, lat)).collect();
        written.join(between)
    };
    match format {
        JSON => format!("[{}]", each(&|_, lon, lat| json!({"lon": lon, "lat": lat}).to_string(), ",")),
        NDJSON => each(&|_, lon, lat| format!("{{\"lon\":{lon},\"lat\":{lat}}}\n"), ""),
        CSV => format!("lon,lat,note\n{}", each(&|i, lon, lat| format!("{lon},{lat},\"n\"\"{i}\"\n"), "")),
        _ => {
            let feature = |i: usize, lon: f64, lat: f64| {
                json!({"type": "Feature", "id": i, "properties": {"n": i, "名": "甲"},
                    "geometry": {"type": "Point", "coordinates": [lon, lat]}})
                .to_string()
            };
            format!("{{\"type\":\"FeatureCollection\",\"features\":[{}]}}", each(&feature, ","))
        }
    }
}

/// The codes that an answer has, in order.
fn read(format: &str, text: &str) -> Vec<Value> {
    let whole = || serde_json::from_str::<Value>(text).expect("JSON");
    match format {
        JSON => whole()["codes"].as_array().expect("codes").clone(),
        GEOJSON => {
            let features = whole()["features"].as_array().expect("features").clone();
            features.iter().map(|feature| feature["properties"]["onemap"]["code"].clone()).collect()
        }
        NDJSON => {
            let code = |(i, line): (usize, &str)| {
                let line: Value = serde_json::from_str(line).expect("JSON");
                assert_eq!(line["record"], json!(i + 1));
                line["code"].clone()
            };
            text.lines().enumerate().map(code).collect()
        }
        _ => {
            let mut rows = csv::Reader::from_reader(text.as_bytes());
            let column = rows.headers().expect("headings").iter().position(|name| name == "code").expect("a code");
            let code = |row: csv::Result<csv::StringRecord>| match &row.expect("a row")[column] {
                "" => Value::Null,
                code => json!(code),
            };
            rows.records().map(code).collect()
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_are_those_of_the_full_answers_from_every_format_to_every_format() {
    let sample = sample().await;
    let codes = sample.codes("unit");
    assert!(codes.iter().any(Value::is_null) && codes.iter().any(Value::is_string));
    for from in [JSON, GEOJSON, NDJSON, CSV] {
        let body = write(from, &sample.points);
        for to in [JSON, GEOJSON, NDJSON, CSV] {
            let path = "/lookup?answer=codes";
            let (status, text) = post(&sample.service, path, (from, to), body.clone()).await;
            assert_eq!(status, StatusCode::OK, "{text}");
            assert_eq!(read(to, &text), codes, "{from} to {to}");
            let pieces: Vec<std::io::Result<Bytes>> =
                body.as_bytes().chunks(PIECE).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
            let in_pieces = Body::from_stream(stream::iter(pieces));
            assert_eq!(post(&sample.service, path, (from, to), in_pieces).await, (StatusCode::OK, text), "{from} {to}");
        }
    }
    let grids =
        post(&sample.service, "/lookup?answer=codes&level=grid", (CSV, JSON), write(CSV, &sample.points)).await.1;
    assert_eq!(read(JSON, &grids), sample.codes("grid"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_record_carried_comes_back_and_a_bad_one_says_why() {
    let sample = sample().await;
    let (service, (lon, lat), code) = (&sample.service, sample.points[0], sample.codes("unit")[0].clone());
    let ask = |from: &'static str, to: &'static str, body: String| async move {
        let (status, text) = post(service, "/lookup?answer=codes", (from, to), body).await;
        assert_eq!(status, StatusCode::OK, "{text}");
        text
    };
    let far = "latitude 91 is outside EPSG:4490, which allows -90 to 90; allowed: -90 to 90";
    let text = ask(CSV, "", format!("name,lon,lat,code\n甲,{lon},{lat},x\n\"乙,丙\",1,91,y\n丁,q,1,\n")).await;
    let lines: Vec<&str> = text.split("\r\n").collect();
    assert_eq!(lines[0], "name,lon,lat,code,onemap_code,error");
    assert_eq!(lines[1], format!("甲,{lon},{lat},x,{},", code.as_str().expect("a code")));
    assert_eq!(lines[2], format!("\"乙,丙\",1,91,y,,\"{far}\""));
    assert!(lines[3].starts_with("丁,q,1,,,") && lines[3].contains("q is no number"), "{text}");
    assert_eq!(lines[4..], [""]);

    let objects = json!([{"lon": lon, "lat": lat, "id": "a"}, {"lon": 1, "lat": 91, "id": 7}]).to_string();
    let text = ask(JSON, NDJSON, objects.clone()).await;
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], format!("{{\"record\":1,\"id\":\"a\",\"code\":{code}}}"));
    assert!(lines[1].starts_with("{\"record\":2,\"id\":7,\"error\":{\"type\":\"/problems/bad-parameter\""), "{text}");
    let list: Value = serde_json::from_str(&ask(JSON, "", objects).await).expect("JSON");
    assert_eq!((&list["codes"], &list["errors"][0]["record"]), (&json!([code, null]), &json!(2)));
    let detail = list["errors"][0]["error"]["detail"].as_str().expect("a reason");
    assert_eq!(detail, format!("record 2: {far}"));

    let features = json!({"type": "FeatureCollection", "features": [
        {"type": "Feature", "id": "a", "geometry": {"type": "Point", "coordinates": [lon, lat, 3]},
         "properties": {"name": "甲", "onemap": "old"}},
        {"type": "Feature", "geometry": null, "properties": null},
    ]});
    let found: Value = serde_json::from_str(&ask(GEOJSON, "", features.to_string()).await).expect("JSON");
    let position = &sample.answers[0]["position"];
    assert_eq!(
        found["features"][0],
        json!({"type": "Feature", "id": "a", "properties": {"name": "甲", "onemap": {"code": code}},
            "geometry": {"type": "Point", "coordinates": [position["lon"], position["lat"]]}})
    );
    assert_eq!(found["features"][1]["properties"]["onemap"]["error"]["record"], json!(2), "{found}");
    assert_eq!(ask(JSON, "", "[]".to_owned()).await, "{\"edition\":1,\"codes\":[]}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_system_of_the_request_and_of_a_record_hold_for_codes_too() {
    let sample = sample().await;
    let ((lon, lat), code) = (sample.points[0], sample.codes("unit")[0].clone());
    let (x, y) = onemap::domain::crs::from_degrees(onemap::domain::crs::Crs::Gcj02, lon, lat).expect("in China");
    let body = json!([{"lon": x, "lat": y}, {"lon": lon, "lat": lat, "crs": "EPSG:4490"}, {"lon": lat, "lat": lon}]);
    let path = "/lookup?answer=codes&crs=gcj02";
    let (status, text) = post(&sample.service, path, (JSON, ""), body.to_string()).await;
    let found: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!((status, &found["codes"]), (StatusCode::OK, &json!([code, code, null])), "{text}");
    assert_eq!(found["errors"][0]["record"], json!(3));
}

#[tokio::test(flavor = "multi_thread")]
async fn full_answers_can_be_asked_for_and_nothing_else_is_taken() {
    let sample = sample().await;
    let (lon, lat) = sample.points[0];
    let columns = json!({"lon": [lon], "lat": [lat]}).to_string();
    let (status, text) = post(&sample.service, "/lookup?answer=full", (JSON, ""), columns.clone()).await;
    let found: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!((status, &found["results"][0]["chain"]), (StatusCode::OK, &sample.answers[0]["chain"]), "{text}");
    let (status, text) = post(&sample.service, "/lookup?answer=short", (JSON, ""), columns).await;
    assert_eq!((status, &problem(&text)["parameter"]), (StatusCode::BAD_REQUEST, &json!("answer")), "{text}");
    let (status, text) = post(&sample.service, "/lookup?answer=codes", (CSV, ""), "lon,lat\n1,2\n\"1,2").await;
    assert_eq!((status, &problem(&text)["record"]), (StatusCode::BAD_REQUEST, &json!(2)), "{text}");
    let lines = "{\"lon\":1,\"lat\":2}\n".repeat(100_001);
    let (status, text) = post(&sample.service, "/lookup?answer=codes", (NDJSON, JSON), lines.clone()).await;
    assert_eq!((status, &problem(&text)["limit"]), (StatusCode::BAD_REQUEST, &json!("max-batch-records")), "{text}");
    let (status, text) = post(&sample.service, "/lookup?answer=codes", (NDJSON, ""), lines).await;
    assert_eq!((status, text.lines().count()), (StatusCode::OK, 100_001));
}

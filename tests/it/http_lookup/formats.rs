//! Every format in, every format out.

use super::*;

const JSON: &str = "application/json";
const GEOJSON: &str = "application/geo+json";
const NDJSON: &str = "application/x-ndjson";
const CSV: &str = "text/csv";

/// What every answer to the first unit's label says, and its error.
struct Sample {
    service: Service,
    lon: f64,
    lat: f64,
    code: String,
    /// The answer to a look-up of one point.
    one: String,
}

async fn sample() -> Sample {
    let service = service(300).await;
    let (lon, lat, code) = some_unit(&service).await;
    let (_, one) = get(&service, &format!("/lookup?lon={lon}&lat={lat}")).await;
    Sample { service, lon, lat, code, one }
}

/// The error of a record whose latitude is 91.
fn too_far_north(record: u64) -> Value {
    json!({
        "type": "/problems/bad-parameter", "title": "参数有误 / A parameter is wrong",
        "detail": format!("record {record}: latitude 91 is outside EPSG:4490, which allows -90 to 90; allowed: -90 to 90"),
        "detail_zh": format!("第 {record} 条：纬度 91 不在 EPSG:4490 的范围内（-90 至 90）；允许：-90 to 90"),
        "record": record,
    })
}

/// The two points of a sample in one of the formats.
fn body(sample: &Sample, format: &str) -> String {
    let Sample { lon, lat, .. } = sample;
    match format {
        JSON => json!([{"lon": lon, "lat": lat, "id": "a"}, {"lon": 1, "lat": 91, "id": 7}]).to_string(),
        GEOJSON => json!({"type": "FeatureCollection", "features": [
            {"type": "Feature", "id": "a", "geometry": {"type": "Point", "coordinates": [lon, lat]},
             "properties": {"name": "甲", "onemap": "old"}},
            {"type": "Feature", "id": 7, "geometry": {"type": "Point", "coordinates": [1, 91]}, "properties": null},
        ]})
        .to_string(),
        NDJSON => format!("{{\"lon\":{lon},\"lat\":{lat},\"id\":\"a\"}}\n{{\"lon\":1,\"lat\":91,\"id\":7}}\n"),
        _ => format!("name,lon,lat\n甲,{lon},{lat}\n\"乙,丙\",1,91\n"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn objects_come_back_as_the_answers_to_single_points_with_their_ids() {
    let sample = sample().await;
    let (status, text) = post(&sample.service, "/lookup", (JSON, ""), body(&sample, JSON)).await;
    assert_eq!(status, StatusCode::OK);
    let error = too_far_north(2);
    let begin = format!("{{\"edition\":1,\"results\":[{{\"id\":\"a\",{},{{\"id\":7,\"error\":", &sample.one[1..]);
    assert!(text.starts_with(&begin), "{text}");
    let many: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(many["results"][1], json!({"id": 7, "error": error}));
    let (_, empty) = post(&sample.service, "/lookup", (JSON, ""), "[]").await;
    assert_eq!(empty, "{\"edition\":1,\"results\":[]}");
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_and_features_carry_the_same_answers_whatever_came_in() {
    let sample = sample().await;
    let answer: Value = serde_json::from_str(&sample.one).expect("JSON");
    for from in [JSON, GEOJSON, NDJSON, CSV] {
        let has_id = from != CSV;
        let (status, lines) = post(&sample.service, "/lookup", (from, NDJSON), body(&sample, from)).await;
        assert_eq!(status, StatusCode::OK);
        let id = if has_id { "\"id\":\"a\"," } else { "" };
        let first = format!("{{\"record\":1,{id}{}\n", &sample.one[1..]);
        assert!(lines.starts_with(&first), "{from}: {lines}");
        let second: Value = serde_json::from_str(lines.lines().nth(1).expect("two lines")).expect("JSON");
        let mut expected = json!({"record": 2, "error": too_far_north(2)});
        if has_id {
            expected["id"] = json!(7);
        }
        assert_eq!((second, lines.lines().count()), (expected, 2), "{from}");

        let (status, features) = post(&sample.service, "/lookup", (from, GEOJSON), body(&sample, from)).await;
        assert_eq!(status, StatusCode::OK);
        let features: Value = serde_json::from_str(&features).expect("JSON");
        let (lon, lat) = (&answer["position"]["lon"], &answer["position"]["lat"]);
        let mut first = json!({"type": "Feature", "geometry": {"type": "Point", "coordinates": [lon, lat]},
            "properties": {"onemap": answer}});
        let mut second =
            json!({"type": "Feature", "geometry": null, "properties": {"onemap": {"error": too_far_north(2)}}});
        if has_id {
            (first["id"], second["id"]) = (json!("a"), json!(7));
        }
        if from == GEOJSON || from == CSV {
            first["properties"]["name"] = json!("甲");
        }
        if from == CSV {
            for (feature, values) in [(&mut first, [sample.lon, sample.lat]), (&mut second, [1.0, 91.0])] {
                feature["properties"]["lon"] = json!(values[0].to_string());
                feature["properties"]["lat"] = json!(values[1].to_string());
            }
            second["properties"]["name"] = json!("乙,丙");
        }
        let expected = json!({"type": "FeatureCollection", "edition": 1, "features": [first, second]});
        assert_eq!(features, expected, "{from}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_comes_back_with_its_columns_and_those_of_the_answer() {
    let sample = sample().await;
    let answer: Value = serde_json::from_str(&sample.one).expect("JSON");
    let (status, text) = post(&sample.service, "/lookup?accuracy_m=5", (CSV, ""), body(&sample, CSV)).await;
    assert_eq!(status, StatusCode::OK);
    let mut lines = text.split("\r\n");
    assert_eq!(
        lines.next(),
        Some(
            "name,lon,lat,edition,match,code,onemap_name,level,district_code,district_name,street_code,street_name,\
             community_code,community_name,grid_code,grid_name,unit_code,unit_name,stacked,answer_level,margin_m,on_border,certainty,share,\
             runner_up,runner_up_m,nearest,nearest_m,role,responsible,phone,organisation,error"
        )
    );
    let first = lines.next().expect("an answer");
    assert!(first.starts_with(&format!("甲,{},{},1,inside,{},", sample.lon, sample.lat, sample.code)), "{first}");
    let posting = &answer["responsible"][0];
    let end = format!(
        ",{},{},{},",
        posting["name"].as_str().expect("a name"),
        posting["phone"].as_str().expect("a phone"),
        posting["organisation"].as_str().unwrap_or_default(),
    );
    assert!(first.ends_with(&end), "{first} should end with {end}");
    let second = lines.next().expect("an error");
    let error = "latitude 91 is outside EPSG:4490, which allows -90 to 90; allowed: -90 to 90";
    assert_eq!(second, format!("\"乙,丙\",1,91{}\"{error}\"", ",".repeat(30)));
    assert_eq!(lines.collect::<Vec<_>>(), [""]);
    for from in [JSON, GEOJSON, NDJSON] {
        let (_, text) = post(&sample.service, "/lookup?headings=zh", (from, CSV), body(&sample, from)).await;
        let mut lines = text.split("\r\n");
        let heading = lines.next().expect("headings");
        assert!(heading.starts_with("record,id,lon,lat,版本,匹配,编码,名称,层级,区编码,区名称,"), "{heading}");
        let (lon, lat) = (&answer["position"]["lon"], &answer["position"]["lat"]);
        assert!(lines.next().expect("an answer").starts_with(&format!("1,a,{lon},{lat},1,界内,{},", sample.code)));
        assert!(lines.next().expect("an error").starts_with("2,7,,,,"), "{text}");
        let (_, text) = post(&sample.service, "/lookup?answer=codes", (from, CSV), body(&sample, from)).await;
        let expected = format!("record,id,lon,lat,code,error\r\n1,a,{lon},{lat},{},\r\n2,7,,,,", sample.code);
        assert!(text.starts_with(&expected), "{text}");
    }
    let ids = [r#""甲,\"乙\"""#, r#""=1+1""#, "-5", "null"];
    let objects = ids.map(|id| format!(r#"{{"lon":1,"lat":2,"id":{id}}}"#)).join("\n");
    let (_, text) = post(&sample.service, "/lookup?answer=codes", (NDJSON, CSV), objects).await;
    let ids: Vec<&str> = text.lines().skip(1).filter_map(|row| row.strip_suffix(",1,2,,")).collect();
    assert_eq!(ids, ["1,\"甲,\"\"乙\"\"\"", "2,'=1+1", "3,-5", "4,"], "{text}");
    let (_, text) = post(&sample.service, "/lookup?answer=codes", (JSON, CSV), r#"{"lon":[1],"lat":[2]}"#).await;
    assert_eq!(text, "record,lon,lat,code,error\r\n1,1,2,,\r\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_has_the_level_of_its_code_and_the_level_that_can_be_trusted() {
    let sample = sample().await;
    let (lon, lat) = (sample.lon, sample.lat);
    let at = |i: u32| (lon + f64::from(i % 20) * 0.000_83, lat + f64::from(i / 20) * 0.000_71);
    let points: String = (0..400).map(at).map(|(lon, lat)| format!("{lon},{lat}\n")).collect();
    let mut differ = 0;
    for (path, is_trusted) in [("/lookup?accuracy_m=150", false), ("/lookup", true)] {
        let ask = |to| post(&sample.service, path, (CSV, to), format!("lon,lat\n{points}1,2\n"));
        let answers = stacked::lines(&ask(NDJSON).await.1);
        let (headings, rows) = stacked::rows(&ask(CSV).await.1);
        let column = |name: &str| headings.iter().position(|heading| heading == name).expect("a column");
        let (code, level, trusted) = (column("code"), column("level"), column("answer_level"));
        assert_eq!((rows.len(), answers.len()), (401, 401));
        for (row, answer) in rows.iter().zip(&answers) {
            let finest = answer["chain"].as_array().expect("a chain").last().cloned().unwrap_or_default();
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            assert_eq!((&row[code], &row[level]), (&*text(&finest["code"]), &*text(&finest["level"])), "{answer}");
            assert_eq!(row[trusted], text(&answer["answer_level"]), "{answer}");
            differ += u32::from(row[level] != row[trusted]);
            assert!(!is_trusted || row[level] == row[trusted], "{answer}");
        }
    }
    assert!(differ > 0);
    let (_, text) = post(&sample.service, "/lookup?headings=zh", (CSV, ""), format!("lon,lat\n{lon},{lat}\n")).await;
    let (headings, rows) = stacked::rows(&text);
    let cell = |name: &str| &rows[0][headings.iter().position(|heading| heading == name).expect("a column")];
    assert!(!cell("层级").is_empty() && cell("层级") == cell("可信层级"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn columns_come_back_as_codes_and_the_bad_ones_as_null_with_a_reason() {
    let sample = sample().await;
    let Sample { service, lon, lat, code, .. } = &sample;
    let columns = json!({"lon": [lon, 122.5, 1], "lat": [lat, 25.0, 91]}).to_string();
    let (status, text) = post(service, "/lookup?level=grid", (JSON, ""), columns.clone()).await;
    assert_eq!(status, StatusCode::OK);
    let expected = json!({"edition": 1, "codes": [code[..15], null, null],
        "errors": [{"record": 3, "error": too_far_north(3)}]});
    assert_eq!(serde_json::from_str::<Value>(&text).expect("JSON"), expected);
    let (_, lines) = post(service, "/lookup", (JSON, NDJSON), columns).await;
    assert!(lines.starts_with(&format!("{{\"record\":1,{}\n", &sample.one[1..])), "{lines}");
    assert_eq!(lines.lines().count(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_wins_over_the_request() {
    let sample = sample().await;
    let Sample { service, lon, lat, .. } = &sample;
    let (x, y) = onemap::domain::crs::from_degrees(onemap::domain::crs::Crs::Gcj02, *lon, *lat).expect("in China");
    let body = format!("x,y,坐标系,精度\n{x},{y},,\n{lon},{lat},EPSG:4490,9999\n");
    let (_, lines) = post(service, "/lookup?crs=gcj02", (CSV, NDJSON), body).await;
    let first: Value = serde_json::from_str(lines.lines().next().expect("a line")).expect("JSON");
    let one: Value = serde_json::from_str(&sample.one).expect("JSON");
    assert_eq!(first["chain"], one["chain"]);
    let second: Value = serde_json::from_str(lines.lines().nth(1).expect("a line")).expect("JSON");
    assert_eq!(
        second["error"]["detail"],
        json!("record 2: an accuracy of 9999 m; allowed is above 0 and at most 2000 m; allowed: above 0, at most 2000")
    );
    let table = format!("east;north\n{lon};{lat}\n");
    let path = "/lookup?lon_col=east&lat_col=north";
    let (_, lines) = post(service, path, (CSV, NDJSON), table.clone()).await;
    assert_eq!(lines, format!("{{\"record\":1,{}\n", &sample.one[1..]));
    let (_, rows) = post(service, path, (CSV, ""), table).await;
    assert!(rows.starts_with("east;north;edition;match;"), "{rows}");
}

#[tokio::test(flavor = "multi_thread")]
async fn other_formats_are_refused_with_the_list() {
    let service = service(0).await;
    let formats = json!(["application/json", "application/geo+json", "application/x-ndjson", "text/csv"]);
    let (status, text) = post(&service, "/lookup", ("application/xml", ""), "<x/>").await;
    let refused = problem(&text);
    assert_eq!((status, &refused["allowed"]), (StatusCode::UNSUPPORTED_MEDIA_TYPE, &formats), "{text}");
    let (status, text) = post(&service, "/lookup", ("", ""), "[]").await;
    assert_eq!((status, &problem(&text)["allowed"]), (StatusCode::UNSUPPORTED_MEDIA_TYPE, &formats), "{text}");
    let (status, text) = post(&service, "/lookup", (JSON, "text/html, */*;q=0"), "[]").await;
    assert_eq!((status, &problem(&text)["allowed"]), (StatusCode::NOT_ACCEPTABLE, &formats), "{text}");
}

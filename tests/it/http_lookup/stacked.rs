//! Points where several units are stacked: one footprint, several codes, perhaps several people.

use std::collections::BTreeSet;

use super::*;

const JSON: &str = "application/json";
const GEOJSON: &str = "application/geo+json";
const NDJSON: &str = "application/x-ndjson";
const CSV: &str = "text/csv";

/// A district with stacked units, a position in each stack, and the codes there.
struct Stacks {
    service: Service,
    stacks: Vec<((f64, f64), Vec<String>)>,
}

async fn stacks() -> Stacks {
    let service = service(600).await;
    let served = service.app.served();
    let snapshot = &served.snapshot;
    let (mut stacks, mut seen) = (Vec::new(), BTreeSet::new());
    for unit in snapshot.hierarchy.of_level(snapshot.profile.finest()) {
        let label = snapshot.hierarchy.area(unit).label;
        let stacked = snapshot.locate(label).stacked;
        if !stacked.is_empty() && seen.insert(stacked) {
            let codes = stacked.iter().map(|&area| snapshot.hierarchy.area(area).code.to_string()).collect();
            stacks.push(((label.lon_degrees(), label.lat_degrees()), codes));
        }
    }
    assert!(stacks.len() > 3, "{stacks:?}");
    drop(served);
    Stacks { service, stacks }
}

impl Stacks {
    /// The positions as a table.
    fn table(&self) -> String {
        let row = |&((lon, lat), _): &((f64, f64), Vec<String>)| format!("{lon},{lat}\n");
        format!("lon,lat\n{}", self.stacks.iter().map(row).collect::<String>())
    }
}

/// The rows of a table, and where its columns are.
pub(super) fn rows(text: &str) -> (csv::StringRecord, Vec<csv::StringRecord>) {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let headings = reader.headers().expect("headings").clone();
    (headings, reader.records().map(|row| row.expect("a row as wide as the headings")).collect())
}

/// The answers of lines.
pub(super) fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

/// One column of those who answer for stacked areas, as the whole answer has them.
fn answering(answer: &Value, codes: &[String], member: &str) -> String {
    let posts = answer["responsible"].as_array().expect("a list");
    let first = |code: &String| posts.iter().find(|post| post["area"] == json!(code)).expect("a unit leader");
    let said = |post: &Value| ["role", "name", "phone", "organisation"].map(|member| post[member].clone());
    let mut posts: Vec<&Value> = codes.iter().map(first).collect();
    if posts.iter().all(|post| said(post) == said(posts[0])) {
        posts.truncate(1);
    }
    posts.iter().map(|post| post[member].as_str().unwrap_or_default()).collect::<Vec<_>>().join(";")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_names_all_that_are_stacked_and_all_who_answer_there() {
    let stacks = stacks().await;
    let ask = |to: &'static str| {
        let (service, table) = (&stacks.service, stacks.table());
        async move { post(service, "/lookup?accuracy_m=5", (CSV, to), table).await.1 }
    };
    let answers = lines(&ask(NDJSON).await);
    let (headings, rows) = rows(&ask(CSV).await);
    let column = |name: &str| headings.iter().position(|heading| heading == name).expect("a column");
    assert_eq!(rows.len(), stacks.stacks.len());
    let (mut alone, mut several, mut shares) = (0, 0, 0);
    for ((row, answer), (_, codes)) in rows.iter().zip(&answers).zip(&stacks.stacks) {
        let cell = |name: &str| row[column(name)].to_owned();
        let chain = answer["chain"].as_array().expect("a chain");
        let shared = chain.last().expect("areas");
        assert_eq!(cell("stacked"), codes.join(";"), "{answer}");
        assert_eq!((json!(cell("code")), cell("unit_code")), (shared["code"].clone(), String::new()));
        assert_eq!(shared["level"], json!("grid"), "{answer}");
        let candidates = answer["candidates"].as_array().expect("candidates");
        let share = candidates.iter().find(|candidate| candidate["code"] == shared["code"]).map(|it| &it["share"]);
        assert_eq!(cell("share").parse().ok(), share.and_then(Value::as_f64), "{answer}");
        shares += usize::from(share.is_some());
        for (name, member) in
            [("role", "role"), ("responsible", "name"), ("phone", "phone"), ("organisation", "organisation")]
        {
            assert_eq!(cell(name), answering(answer, codes, member), "{answer}");
        }
        *(if cell("responsible").contains(';') { &mut several } else { &mut alone }) += 1;
    }
    assert!(alone > 0 && several > 0 && shares > 3, "{alone} {several} {shares}");
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nothing_is_stacked_the_column_is_empty_and_the_first_of_the_finest_area_answers() {
    let stacks = stacks().await;
    let (lon, lat, code) = some_unit(&stacks.service).await;
    let table = format!("lon,lat\n{lon},{lat}\n");
    let (headings, rows) = rows(&post(&stacks.service, "/lookup?headings=zh", (CSV, ""), table).await.1);
    let cell = |name: &str| &rows[0][headings.iter().position(|heading| heading == name).expect("a column")];
    let (_, one) = get(&stacks.service, &format!("/lookup?lon={lon}&lat={lat}")).await;
    let one: Value = serde_json::from_str(&one).expect("JSON");
    assert_eq!((cell("编码"), cell("同址单元")), (code.as_str(), ""));
    assert_eq!(json!(cell("责任人")), one["responsible"][0]["name"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_for_one_code_is_told_that_there_are_several() {
    let stacks = stacks().await;
    let (lon, lat, code) = some_unit(&stacks.service).await;
    // A unit, then the stacks, something wrong, and the open sea: it alone has nothing to say.
    let table = stacks.table().replacen('\n', &format!("\n{lon},{lat}\n"), 1) + "1,91\n122.5,25\n";
    let count = stacks.stacks.len();
    let ask = |path: &'static str, to: &'static str| {
        let (service, table) = (&stacks.service, table.clone());
        async move { post(service, path, (CSV, to), table).await.1 }
    };
    let reason = |codes: &[String]| {
        let count = codes.len();
        let codes = codes.join(", ");
        let en = format!("{count} areas of level unit share this footprint: {codes}; ask level=grid or answer=full");
        (en, format!("{count} 个单元共用此处范围：{codes}；请用 level=grid 或 answer=full 查询"))
    };
    let error = |record: usize, codes: &[String]| {
        let (en, zh) = reason(codes);
        json!({"type": "/problems/shared-footprint", "title": "多个区域共用同一范围 / Several areas share the footprint",
            "detail": format!("record {record}: {en}"), "detail_zh": format!("第 {record} 条：{zh}"), "record": record})
    };
    let path = "/lookup?answer=codes";

    let list: Value = serde_json::from_str(&ask(path, JSON).await).expect("JSON");
    let mut codes = vec![json!(code)];
    codes.resize(count + 3, Value::Null);
    assert_eq!(list["codes"], json!(codes));
    let errors = list["errors"].as_array().expect("reasons");
    assert_eq!(errors.len(), count + 1);
    for ((at, found), (_, codes)) in (2..).zip(errors).zip(&stacks.stacks) {
        assert_eq!(found, &json!({"record": at, "error": error(at, codes)}));
    }
    assert_eq!(errors[count]["error"]["type"], json!("/problems/bad-parameter"));

    let answers = lines(&ask(path, NDJSON).await);
    let features: Value = serde_json::from_str(&ask(path, GEOJSON).await).expect("JSON");
    let (headings, table_rows) = rows(&ask(path, CSV).await);
    assert_eq!(headings, ["lon", "lat", "code", "error"][..]);
    for (at, ((lon, lat), codes)) in (1..).zip(&stacks.stacks) {
        let expected = error(at + 1, codes);
        assert_eq!(answers[at], json!({"record": at + 1, "code": null, "error": expected}));
        let feature = &features["features"][at];
        assert_eq!(feature["properties"]["onemap"], json!({"code": null, "error": expected}));
        assert_eq!(feature["geometry"]["coordinates"], json!([lon, lat]));
        assert_eq!((&table_rows[at][2], &table_rows[at][3]), ("", &*reason(codes).0));
        assert_eq!((&table_rows[at][0], &table_rows[at][1]), (&*lon.to_string(), &*lat.to_string()));
    }
    assert_eq!(
        (&answers[0], &answers[count + 2]),
        (&json!({"record": 1, "code": code}), &json!({"record": count + 3, "code": null}))
    );
    let (_, chinese) = rows(&ask("/lookup?answer=codes&headings=zh", CSV).await);
    assert_eq!(&chinese[1][3], reason(&stacks.stacks[0].1).1);

    // The level that the reason names has a code for each.
    let grids: Value = serde_json::from_str(&ask("/lookup?answer=codes&level=grid", JSON).await).expect("JSON");
    let grids = grids["codes"].as_array().expect("codes");
    assert!(grids[..=count].iter().all(Value::is_string) && grids[count + 2].is_null(), "{grids:?}");

    // Columns are answered with codes unless asked otherwise; in pieces of many groups as well.
    let ((lon, lat), codes) = &stacks.stacks[0];
    let (mut lons, mut lats) = (vec![1.0; 1000], vec![2.0; 1000]);
    for at in [0, 255, 256, 999] {
        (lons[at], lats[at]) = (*lon, *lat);
    }
    let columns = json!({"lon": lons, "lat": lats}).to_string();
    let (_, text) = post(&stacks.service, "/lookup", (JSON, ""), columns).await;
    let found: Value = serde_json::from_str(&text).expect("JSON");
    let expected: Vec<Value> = [1, 256, 257, 1000].map(|at| json!({"record": at, "error": error(at, codes)})).to_vec();
    assert_eq!(found["errors"], json!(expected));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_reason_is_of_a_kind_that_is_explained() {
    let service = service(0).await;
    let (status, page) = get(&service, onemap::formats::answers::Failure::STACK_KIND).await;
    assert_eq!(status, StatusCode::OK, "{page}");
    for title in onemap::formats::answers::Failure::STACK_TITLE.split(" / ") {
        assert!(page.contains(title), "{title} in {page}");
    }
}

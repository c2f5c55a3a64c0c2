//! `onemap assign`, as a user's shell runs it: one case, a table of them, and what is wrong.

use std::{fs, sync::OnceLock};

use onemap::domain::area::Kind;
use serde_json::Value;

use crate::support::shell::{Server, Shell};

/// The district that all of these tests ask; only read.
fn store() -> &'static str {
    static SHELL: OnceLock<(Shell, String)> = OnceLock::new();
    let (_, path) = SHELL.get_or_init(|| {
        let shell = Shell::new();
        shell.done("generate --units 300 --seed 2 --editions 1 --store s.gpkg");
        let path = shell.path("s.gpkg").display().to_string();
        (shell, path)
    });
    path
}

/// Somewhere in the district: longitude, latitude, and the name of a building with its number.
fn somewhere() -> (f64, f64, String) {
    let map = onemap::open(store()).expect("a map");
    let places = map.places().expect("places");
    let named = |name: &str| places.iter().filter(|place| place.name == name).count() == 1;
    // In an exclusive area its own rules come first.
    let found = places.iter().filter(|place| place.building.is_some() && named(&place.name)).find_map(|place| {
        let at = place.geometry.anchor()?;
        let (lon, lat) = (at.lon_degrees(), at.lat_degrees());
        let answer = map.locate(lon, lat, onemap::Crs::Cgcs2000).ok()?;
        let is_plain = answer.chain().all(|area| area.kind != Kind::Exclusive) && answer.chain().count() == 5;
        is_plain.then(|| (lon, lat, place.name.clone()))
    });
    found.expect("a building of a name of its own")
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn one_case_is_told_as_the_service_tells_it() {
    let shell = Shell::new();
    let (lon, lat, building) = somewhere();
    let at = "2026-11-20T10:00:00+08:00";
    let told =
        shell.run(&format!("assign --store {} --lon {lon} --lat {lat} --category market.food --at {at}", store()));
    assert_eq!(told.code, Some(0), "{}", told.stderr);
    let assigned = json(&told.stdout);
    assert_eq!((&assigned["basis"], &assigned["at"]), (&"position".into(), &"2026-11-20T02:00:00Z".into()));
    // A department of the street, by its duty telephone, leads in the demo.
    let lead = &assigned["lead"];
    assert_eq!((&lead["role"]["id"], &lead["person"]), (&"market_inspector".into(), &Value::Null), "{assigned}");
    assert!(lead["organisation"].as_str().is_some_and(|name| name.ends_with("市场监管所（示例）")), "{lead}");
    assert!(lead["phone"].as_str().is_some_and(|phone| phone.starts_with("000")), "{lead}");
    let lines = assigned["explain"].as_array().expect("reasons");
    assert!(lines.len() >= 2 && lines.iter().all(|line| line["zh"] != "" && line["en"] != ""), "{assigned}");
    // The service says the same, to the member.
    fs::copy(store(), shell.path("s.gpkg")).expect("a copy");
    let server = Server::start(&shell, "serve --store s.gpkg --listen 127.0.0.1:0");
    server.until_ready();
    let body = format!(r#"{{"lon": {lon}, "lat": {lat}, "category": "market.food", "at": "{at}"}}"#);
    let (status, answer) = server.post("/assignments", "application/json", &body);
    assert_eq!((status, json(&answer)), (200, assigned.clone()));
    drop(server);
    // By address it is the same case.
    let named = shell.run(&format!("assign --store {} --address {building} --category market.food --at {at}", store()));
    assert_eq!(named.code, Some(0), "{}", named.stderr);
    assert_eq!(json(&named.stdout)["lead"], *lead);
}

#[test]
fn a_table_is_answered_row_by_row_and_bad_rows_in_their_place() {
    let shell = Shell::new();
    let (lon, lat, building) = somewhere();
    let rows = format!(
        "编号,经度,纬度,地址,事项类别,时间\n         甲,{lon},{lat},,market.food,2026-11-20 10:00\n         乙,,,{building},,2026-11-20T10:00:00+08:00\n         丙,{lon},{lat},,city.dragons,\n         丁,{lat},{lon},,market.food,\n         戊,,,没有这个小区99号楼,market.food,\n         己,,,,market.food,\n         庚,{lon},{lat},,market.food,昨天\n         辛,x,{lat},,market.food,\n"
    );
    fs::write(shell.path("cases.csv"), &rows).expect("written");
    let store = store();
    let ran = shell.run(&format!("assign cases.csv --store {store} --category market.food -o out.csv"));
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    assert!(ran.stderr.contains("2 led") && ran.stderr.contains("6 wrong"), "{}", ran.stderr);
    let text = fs::read_to_string(shell.path("out.csv")).expect("a table");
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let headings = reader.headers().expect("headings").clone();
    let column = |name: &str| headings.iter().position(|heading| heading == name).expect("a column");
    let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("a row")).collect();
    let cells = |name: &str| rows.iter().map(|row| row[column(name)].to_owned()).collect::<Vec<_>>();
    assert_eq!(cells("id"), ["甲", "乙", "丙", "丁", "戊", "己", "庚", "辛"]);
    assert_eq!(cells("record"), ["2", "3", "4", "5", "6", "7", "8", "9"]);
    assert_eq!(cells("at")[..2], ["2026-11-20T02:00:00Z", "2026-11-20T02:00:00Z"]);
    assert_eq!(cells("lead_role")[..2], ["市场监管人员", "市场监管人员"]);
    assert!(cells("explain_zh")[0].contains("主办：") && cells("explain_en")[0].contains("leads"), "{text}");
    let fields = cells("error_field");
    assert_eq!(fields[2..], ["category", "lon", "address", "lon", "时间", "lon"], "{text}");
    assert!(cells("error_zh")[2..].iter().all(|text| !text.is_empty()));
    assert!(cells("error_allowed")[2].contains("market.food"));
    // JSON as the service answers a list, and an object a line.
    let ran = shell.run(&format!("assign cases.csv --store {store} --category market.food --format json"));
    let all = json(&ran.stdout);
    assert_eq!((&all["edition"], all["results"].as_array().map(Vec::len)), (&1.into(), Some(8)));
    assert_eq!(
        (&all["results"][0]["id"], &all["results"][2]["error"]["parameter"]),
        (&"甲".into(), &"category".into())
    );
    let ran = shell.run(&format!("assign cases.csv --store {store} --category market.food --format ndjson"));
    assert_eq!(ran.stdout.lines().map(json).collect::<Vec<_>>(), *all["results"].as_array().expect("a list"));
    // Never over what is there, or what is read.
    shell.refused(&format!("assign cases.csv --store {store} -o out.csv"), 1, &["已存在", "exists"]);
    shell.refused(&format!("assign cases.csv --store {store} -o cases.csv --force"), 2, &["不能覆盖"]);
    let zh = shell.run(&format!("assign cases.csv --store {store} --category market.food --headings zh"));
    assert!(zh.stdout.contains("主办单位") && zh.stdout.contains("派单依据"), "{}", zh.stdout);
}

#[test]
fn what_is_wrong_is_said_before_the_work() {
    let shell = Shell::new();
    let store = store();
    let (lon, lat, _) = somewhere();
    shell.refused("assign --lon 1 --lat 2 --category a --store none.gpkg", 1, &["没有这个存储"]);
    shell.refused(&format!("assign --store {store}"), 2, &["须给出事件表"]);
    shell.refused(&format!("assign --store {store} --lon {lon} --lat {lat}"), 2, &["--category"]);
    let wrong = format!("assign --store {store} --lon {lon} --lat {lat} --category city.dragons");
    shell.refused(&wrong, 1, &["没有事项类别 city.dragons", "market.food"]);
    let unit = format!("assign --store {store} --lon {lon} --lat {lat} --category market.food --unit 1");
    shell.refused(&unit, 1, &["unit", "1 不是此位置可能所属的区域"]);
    let crs = format!("assign --store {store} --lon {lon} --lat {lat} --category market.food --crs EPSG:1");
    shell.refused(&crs, 1, &["crs"]);
    fs::write(shell.path("odd.csv"), "a,b\n1,2\n").expect("written");
    shell.refused(&format!("assign odd.csv --store {store}"), 1, &["odd.csv"]);
    shell.refused(&format!("assign odd.csv --store {store} -o out.pdf"), 2, &["--output"]);
}

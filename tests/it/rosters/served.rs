//! The same on the command line and over HTTP.

use std::{fs, io::Read};

use super::{GRID, HEAD};
use crate::support::shell::{Server, Shell};

fn made() -> Shell {
    let shell = Shell::new();
    shell.done("generate --units 200 --no-buildings --store s.gpkg");
    shell
}

#[test]
fn the_command_line_writes_templates_exports_and_imports() {
    let shell = made();
    shell.done("roster template t.xlsx");
    shell.refused("roster template t.xlsx", 1, &["已存在", "exists"]);
    shell.refused("roster template t.txt", 2, &["须以 .csv 或 .xlsx 结尾", "must end in .csv or .xlsx"]);
    shell.done("roster export all.csv --store s.gpkg");
    let all = fs::read_to_string(shell.path("all.csv")).expect("a table");
    assert!(all.contains("示例") && !all.contains('*'), "whole telephones");
    let said = shell.done("roster import all.csv --store s.gpkg");
    assert!(said.contains("没有变化，未写入") && said.contains("0 left out"), "{said}");
    shell.done("roster export masked.xlsx --masked --store s.gpkg");
    let said = shell.done("roster import masked.xlsx --store s.gpkg");
    assert!(said.contains("unchanged, nothing written"), "{said}");

    let rows = format!("{HEAD}{GRID},网格员,,9,张示例,1380000,,,,,,\n{GRID},网格员,,8,李示例,000-0000-0001,,,,,,\n");
    fs::write(shell.path("b.csv"), rows).expect("written");
    let ran = shell.run("roster import b.csv --store s.gpkg --report r.csv");
    assert_eq!(ran.code, Some(1));
    assert!(ran.stdout.contains("被拒绝") && !ran.stdout.contains("1380000"), "{}", ran.stdout);
    let report = fs::read_to_string(shell.path("r.csv")).expect("a report");
    assert!(report.contains("error,record,") && report.contains(",2,电话,"), "{report}");
    let ran = shell.run("roster import b.csv --store s.gpkg --partial --format json");
    let json: serde_json::Value = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_eq!(
        (&json["outcome"], &json["left_out"], &json["postings"]["added"]),
        (&"applied".into(), &1.into(), &1.into())
    );
    assert_eq!(json["findings"][0]["record"], 2);
}

#[test]
fn the_service_takes_tables_and_gives_them_with_masked_telephones() {
    let shell = made();
    let server = Server::start(&shell, "serve --store s.gpkg --listen 127.0.0.1:0");
    server.until_ready();
    let post = |query: &str, media_type: &str, body: Vec<u8>| {
        let url = format!("{}/rosters/imports{query}", server.url);
        let config = ureq::Agent::config_builder().http_status_as_error(false).build();
        let agent = ureq::Agent::new_with_config(config);
        let mut response = agent.post(&url).header("content-type", media_type).send(&body[..]).expect("an answer");
        let text = response.body_mut().read_to_string().expect("text");
        (response.status().as_u16(), serde_json::from_str::<serde_json::Value>(&text).expect("JSON"))
    };
    let get = |path: &str| {
        let mut response = ureq::get(format!("{}{path}", server.url)).call().expect("an answer");
        let mut bytes = Vec::new();
        response.body_mut().as_reader().read_to_end(&mut bytes).expect("bytes");
        let header = |name: &str| response.headers().get(name).map(|value| value.to_str().expect("text").to_owned());
        (bytes, header("x-phones"), header("content-type"))
    };
    let table = format!("{HEAD}{GRID},网格员,,8,李示例,13800000001,示例单位,,,,,\n");
    let (status, json) = post("?dry_run=true", "text/csv", table.clone().into_bytes());
    assert_eq!((status, &json["outcome"]), (200, &"checked".into()), "{json}");
    let (status, json) = post("?author=%E5%8C%BA%E4%B8%AD%E5%BF%83", "text/csv", table.clone().into_bytes());
    assert_eq!((status, &json["outcome"], &json["people"]["added"]), (201, &"applied".into(), &1.into()), "{json}");
    let (area, ..) = get(&format!("/areas/{GRID}"));
    let area = String::from_utf8(area).expect("text");
    assert!(area.contains("李示例") && !area.contains("13800000001"), "it is served at once: {area}");
    let (status, json) = post("", "text/csv", table.into_bytes());
    assert_eq!((status, &json["outcome"]), (200, &"unchanged".into()), "{json}");

    let (masked, phones, media_type) = get("/rosters.xlsx");
    let xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    assert_eq!((phones.as_deref(), media_type.as_deref()), (Some("masked"), Some(xlsx)));
    let (status, json) = post("", xlsx, masked);
    assert_eq!((status, &json["outcome"]), (200, &"unchanged".into()), "{json}");
    let (csv, ..) = get("/rosters.csv");
    let csv = String::from_utf8(csv).expect("text");
    assert!(csv.contains("138******01") && !csv.contains("13800000001"));

    let (template, ..) = get("/rosters/template.xlsx");
    let (status, json) = post("", xlsx, template);
    assert_eq!((status, &json["type"]), (422, &"/problems/rules-broken".into()), "{json}");
    let bad = format!("{HEAD}350304001001999,网格员,,,李示例,13800000001,,,,,,\n");
    let (status, json) = post("", "text/csv", bad.into_bytes());
    assert_eq!(
        (status, &json["findings"][0]["field"], &json["findings"][0]["record"]),
        (422, &"区域编码".into(), &2.into())
    );
    let (status, _) = post("", "application/json", b"{}".to_vec());
    assert_eq!(status, 415);
}

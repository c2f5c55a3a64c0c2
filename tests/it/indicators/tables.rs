//! Tables that go out come in again.

use std::io::Cursor;

use axum::body::Body;
use calamine::{Data, Reader, Xlsx};
use http::{Method, StatusCode};
use http_body_util::BodyExt;
use serde_json::{Value, json};

use super::{bytes, community, line, service};

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

fn sheet(bytes: Vec<u8>) -> Vec<Vec<String>> {
    let mut workbook = Xlsx::new(Cursor::new(bytes)).expect("a workbook");
    let name = workbook.sheet_names()[0].clone();
    let range = workbook.worksheet_range(&name).expect("a sheet");
    range.rows().map(|row| row.iter().map(Data::to_string).collect()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_changes_nothing_when_it_comes_back_in_either_form() {
    let (service, _) = service().await;
    for period in ["2025Q4", "2025-12"] {
        let (status, csv) = bytes(&service, &format!("/indicators/export?period={period}&format=csv")).await;
        assert_eq!(status, StatusCode::OK);
        let text = String::from_utf8(csv.clone()).expect("UTF-8");
        assert!(text.starts_with("\u{feff}区域编码 area,名称 name,层级 level,期次 period,"), "{text:.200}");
        let (_, xlsx) = bytes(&service, &format!("/indicators/export?period={period}")).await;
        let rows = sheet(xlsx.clone());
        assert_eq!(rows.len(), text.lines().count());
        for (media_type, body) in [("text/csv", csv), (XLSX, xlsx)] {
            let response = service.send(Method::POST, "/indicators/imports", media_type, Body::from(body)).await;
            let status = response.status();
            let bytes = response.into_body().collect().await.expect("a body").to_bytes();
            let report: Value = serde_json::from_slice(&bytes).expect("JSON");
            assert_eq!((status, &report["outcome"]), (StatusCode::OK, &json!("unchanged")), "{media_type} {report}");
            assert!(report["unchanged"].as_u64().expect("a number") > 20, "{report}");
        }
    }
    let (_, own) = bytes(&service, "/indicators/export?period=2025Q4&level=street&format=csv").await;
    let (_, sums) = bytes(&service, "/indicators/export?period=2025Q4&level=street&format=csv&sums=true").await;
    let lines = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8").lines().count();
    assert_eq!((lines(own), lines(sums)), (1, 7), "six streets have sums and nothing of their own");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edited_export_changes_what_was_edited_and_nobody_else() {
    let (service, _) = service().await;
    let (_, grids) = community(&service).await;
    let known = line(&service, &grids[1], "firms", "period=2025Q4").await;
    assert_eq!((&known["source"]["zh"], &known["updated"]), (&json!("示范数据（虚构）"), &json!("2025-12-31")));
    let (_, csv) = bytes(&service, "/indicators/export?period=2025Q4&format=csv").await;
    let text = String::from_utf8(csv).expect("UTF-8");
    let heading = text.lines().next().expect("a heading");
    let column = heading.split(',').position(|it| it.ends_with(" firms")).expect("a column");
    let edit = |row: &str| {
        let mut cells: Vec<&str> = row.split(',').collect();
        if row.starts_with(&grids[0]) {
            cells[column] = "4711";
        }
        cells.join(",")
    };
    let edited: Vec<String> = text.lines().map(edit).collect();
    let (status, report) = service.post("/indicators/imports", "text/csv", edited.join("\n")).await;
    assert_eq!((status, &report["recorded"]), (StatusCode::CREATED, &json!(1)), "{report}");
    assert_eq!(line(&service, &grids[1], "firms", "period=2025Q4").await, known);
    let own = line(&service, &grids[0], "firms", "period=2025Q4").await;
    assert_eq!((&own["value"], &own["updated"]), (&json!(4711), &json!("2026-01-05")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_template_is_filled_in_and_taken() {
    let (service, _) = service().await;
    let (_, grids) = community(&service).await;
    let (status, csv) = bytes(&service, "/indicators/template?period=2025Q4&level=grid&format=csv").await;
    assert_eq!(status, StatusCode::OK);
    let text = String::from_utf8(csv).expect("UTF-8");
    let heading = text.lines().next().expect("a heading");
    let column = heading.split(',').position(|it| it == "常住人口（人） residents_present").expect("a column");
    let mut filled = format!("{heading}\n");
    for row in text.lines().skip(1).filter(|row| row.starts_with(&grids[0])) {
        let mut cells: Vec<&str> = row.split(',').collect();
        cells[column] = "4711";
        filled += &format!("{}\n", cells.join(","));
    }
    let (status, report) = service.post("/indicators/imports", "text/csv", filled).await;
    assert_eq!((status, &report["recorded"]), (StatusCode::CREATED, &json!(1)), "{report}");
    assert_eq!(line(&service, &grids[0], "residents_present", "period=2025Q4").await["value"], 4711);
    // An empty template is a table without values.
    let (_, xlsx) = bytes(&service, "/indicators/template?period=2025Q4&level=grid").await;
    let rows = sheet(xlsx.clone());
    assert!(rows.len() > grids.len() && rows[0][0] == "区域编码 area", "{:?}", rows[0]);
    let response = service.send(Method::POST, "/indicators/imports", XLSX, Body::from(xlsx)).await;
    assert_eq!(response.status(), StatusCode::OK);
}

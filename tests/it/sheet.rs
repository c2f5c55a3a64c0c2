//! An area's sheet: as JSON, as a page to print, as a workbook.

use std::io::Cursor;

use axum::body::Body;
use calamine::{Data, Reader, Xlsx};
use http::{Method, StatusCode, header};
use serde_json::json;

use crate::indicators::{bytes, community, line, post, service};

#[tokio::test(flavor = "multi_thread")]
async fn a_sheet_says_everything_with_its_source_and_date() {
    let (service, clock) = service().await;
    let (community, grids) = community(&service).await;
    let (status, sheet) = service.get(&format!("/areas/{community}/sheet")).await;
    assert_eq!((status, &sheet["edition"]), (StatusCode::OK, &json!(1)), "{sheet}");
    for part in ["base", "answering", "below", "places", "indicators"] {
        assert!(sheet[part]["source"]["zh"].is_string() && sheet[part]["date"].is_string(), "{part} {}", sheet[part]);
    }
    let (_, area) = service.get(&format!("/areas/{community}")).await;
    for member in ["code", "name", "households", "residents", "figures", "area_m2"] {
        assert_eq!(sheet["base"][member], area["area"][member], "{member}");
    }
    assert_eq!(
        sheet["below"]["items"][0],
        json!({"id": "grid", "name": {"zh": "网格", "en": "grid"}, "count": grids.len()})
    );
    let answering = sheet["answering"]["items"].as_array().expect("people");
    assert_eq!(answering.len(), area["responsible"].as_array().expect("people").len());
    assert!(answering.iter().any(|it| it["role"] == "community_secretary"), "{answering:?}");
    assert!(answering.iter().all(|it| it["phone"] == "" || it["phone"].as_str().expect("a text").contains('*')));
    // Places of the streets of a district are those of the district.
    let count = async |code: &str| {
        let (_, sheet) = service.get(&format!("/areas/{code}/sheet")).await;
        let of = |class: &str| {
            let items = sheet["places"]["items"].as_array().expect("counts");
            items.iter().find(|it| it["id"] == class).map_or(0, |it| it["count"].as_u64().expect("a count"))
        };
        of("building")
    };
    let mut buildings = 0;
    for street in crate::indicators::children(&service, "350304").await {
        buildings += count(&street).await;
    }
    assert!(buildings > 10, "{buildings}");
    assert_eq!(count("350304").await, buildings);
    let items = sheet["indicators"]["items"].as_array().expect("indicators");
    let present = items.iter().find(|it| it["id"] == "residents_present").expect("an indicator");
    assert_eq!(present, &line(&service, &community, "residents_present", "").await);
    assert_eq!((&present["period"], &present["updated"]), (&json!("2025Q4"), &json!("2025-12-31")));
    assert_eq!(present["coverage"]["with_value"], grids.len());
    // As of a time before the last quarter had begun, the one before is the last.
    clock.advance(time::Duration::days(90));
    let value = json!([{"area": grids[0], "indicator": "residents_present", "period": "2026Q2", "value": 9}]);
    assert_eq!(post(&service, "", value).await.0, StatusCode::CREATED);
    for (as_of, period, value) in [("2026-04-01", "2026Q2", &json!(9)), ("2026-03-31", "2025Q4", &present["value"])] {
        let (_, sheet) = service.get(&format!("/areas/{community}/sheet?as_of={as_of}")).await;
        let items = sheet["indicators"]["items"].as_array().expect("indicators");
        let then = items.iter().find(|it| it["id"] == "residents_present").expect("an indicator");
        assert_eq!((&then["period"], &then["value"]), (&json!(period), value), "{as_of}");
        assert_eq!(then, &line(&service, &community, "residents_present", &format!("as_of={as_of}")).await);
    }
    assert_eq!(service.get("/areas/999/sheet").await.0, StatusCode::NOT_FOUND);
    assert_eq!(service.get("/areas/350304/sheet?colour=red").await.0, StatusCode::BAD_REQUEST);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sheet_prints_as_a_page_that_loads_nothing_and_runs_nothing() {
    let (service, _) = service().await;
    let (community, grids) = community(&service).await;
    let evil = "<script>alert(1)</script>\"'&";
    let value = json!([{"area": grids[0], "indicator": "firms", "period": "2025Q4", "value": 1, "source": evil}]);
    assert_eq!(post(&service, "", value).await.0, StatusCode::CREATED);
    let response = service.send(Method::GET, &format!("/areas/{}/sheet.html", grids[0]), "", Body::empty()).await;
    assert_eq!(response.headers()[header::CONTENT_TYPE], "text/html; charset=utf-8");
    assert_eq!(response.headers()["x-edition"], "1");
    let (_, page) = bytes(&service, &format!("/areas/{}/sheet.html", grids[0])).await;
    let page = String::from_utf8(page).expect("UTF-8");
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;"), "the source is told as it is");
    assert!(!page.contains("<script") && !page.contains("://") && !page.contains(" src=") && !page.contains("<link"));
    assert!(page.contains("size: A4") && page.contains("lang=\"zh-CN\""));
    for text in ["基础信息 <span lang=\"en\">base data</span>", "谁负责", "点位", "指标：人", "指标：组织", "示意边界"]
    {
        assert!(page.contains(text), "{text}");
    }
    let (status, page) = bytes(&service, &format!("/areas/{community}/sheet.html")).await;
    let page = String::from_utf8(page).expect("UTF-8");
    assert!(
        status == StatusCode::OK && page.contains(&format!("{0} 个下级中 {0} 个有数", grids.len())),
        "coverage is told"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sheet_is_a_workbook_with_numbers() {
    let (service, _) = service().await;
    let (status, xlsx) = bytes(&service, "/areas/350304/sheet.xlsx").await;
    assert_eq!(status, StatusCode::OK);
    let mut workbook = Xlsx::new(Cursor::new(xlsx)).expect("a workbook");
    let range = workbook.worksheet_range("一套表").expect("a sheet");
    let row = |name: &str| {
        let mut rows = range.rows();
        rows.find(|row| matches!(&row[0], Data::String(text) if text.starts_with(name)))
            .unwrap_or_else(|| panic!("{name}"))
    };
    let present = line(&service, "350304", "residents_present", "").await["value"].as_f64().expect("a number");
    assert_eq!(row("常住人口")[1], Data::Float(present));
    assert_eq!(row("编码")[1], Data::String("350304".to_owned()));
    assert!(matches!(&row("来源")[0], Data::String(text) if text.contains("日期 date：2026-01-05")));
}

//! Places over HTTP: lists of them come in and go out, lie in areas, and are found by distance.

use axum::body::Body;
use http::{Method, StatusCode};
use http_body_util::BodyExt;
use serde_json::{Value, json};

use crate::http_api::{Service, service, some_unit};

const CSV: &str = "text/csv";

async fn import(service: &Service, query: &str, csv: &str) -> (StatusCode, Value) {
    service.post(&format!("/places/imports?{query}"), CSV, csv.to_owned()).await
}

fn counted(detail: &Value, class: &str) -> u64 {
    let counts = detail["places"].as_array().expect("counts");
    counts.iter().find(|count| count["class"] == class).map_or(0, |count| count["count"].as_u64().expect("a count"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_cameras_comes_in_is_found_and_comes_in_again() {
    let service = service(300).await;
    let (lon, lat, unit) = some_unit(&service).await;
    let (_, before) = service.get(&format!("/areas/{unit}")).await;
    let query = "class=camera&crs=EPSG:4490&author=tester";
    let csv = format!(
        "编号,名称,经度,纬度,视频地址,别名\nZ-1,演示一号,{lon:.7},{lat:.7},https://video.invalid/1,东头、路口\nZ-2,演示二号,{lon:.7},{lat:.7},,\n"
    );
    let (status, report) = import(&service, query, &csv).await;
    assert_eq!(
        (status, &report["outcome"], &report["created"]),
        (StatusCode::OK, &json!("applied"), &json!(2)),
        "{report}"
    );
    let (_, after) = service.get(&format!("/areas/{unit}")).await;
    assert_eq!(counted(&after, "camera"), counted(&before, "camera") + 2, "{after}");
    let (_, page) = service.get(&format!("/areas/{unit}/places?class=camera&q=z-1")).await;
    let place = &page["items"][0];
    assert_eq!((&page["numberMatched"], &place["name"]), (&json!(1), &json!("演示一号")), "{page}");
    assert_eq!(place["properties"]["aliases"], json!("东头|路口"));
    let id = place["id"].as_i64().expect("an id");
    let (_, near) = service.get(&format!("/places/nearest?lon={lon}&lat={lat}&class=camera&n=1")).await;
    assert_eq!(near["items"][0]["id"], json!(id), "of two as far the first one: {near}");
    assert!(near["items"][0]["distance_m"].as_f64().expect("metres") < 0.05);
    // The same list again changes nothing; a moved one keeps its id; what a whole list leaves out goes.
    assert_eq!(import(&service, query, &csv).await.1["outcome"], json!("unchanged"));
    let moved = csv.replace("演示一号", "演示一号改");
    let (_, report) = import(&service, query, &moved).await;
    assert_eq!((&report["changed"], &report["created"], &report["unchanged"]), (&json!(1), &json!(0), &json!(1)));
    let (_, detail) = service.get(&format!("/places/{id}")).await;
    assert_eq!(detail["place"]["name"], json!("演示一号改"));
    let codes: Vec<&Value> = detail["areas"].as_array().expect("areas").iter().map(|area| &area["code"]).collect();
    assert!(codes.len() == 5 && codes.contains(&&json!(unit)), "{detail}");
    let (_, report) = import(&service, &format!("{query}&replace=true"), &moved).await;
    assert!(report["removed"].as_u64().expect("a count") >= 1, "the cameras of the demo go: {report}");
    assert_eq!(service.get("/places?class=camera").await.1["numberMatched"], json!(2));
    assert_eq!(service.get(&format!("/places/{id}")).await.0, StatusCode::OK);
    let (_, log) = service.get("/changes?limit=1000").await;
    assert!(log.to_string().contains("tester"), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_rows_are_named_by_column_and_only_left_out_when_asked_to() {
    let service = service(300).await;
    let (lon, lat, _) = some_unit(&service).await;
    let at = format!("{lon:.7},{lat:.7}");
    let csv = format!(
        "external_id,lon,lat,phone,video_url\nA,{at},,\nA,{at},,\n,{at},,\nB,122.5,25.4,,\nC,{at},12,\nD,{at},,\nE,x,25,,\n"
    );
    let query = "class=service_station&crs=EPSG:4490";
    let (status, problem) = import(&service, query, &csv).await;
    assert_eq!((status, &problem["outcome"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("rejected")), "{problem}");
    let findings = problem["findings"].as_array().expect("findings");
    let mut found: Vec<(u64, &str)> = findings
        .iter()
        .map(|finding| (finding["record"].as_u64().expect("a record"), finding["field"].as_str().expect("a field")))
        .collect();
    found.sort_unstable();
    // Rows are those of a spreadsheet.
    let expected = [(3, "external_id"), (4, "external_id"), (5, "geometry"), (6, "phone"), (8, "lon")];
    assert_eq!(found, expected, "{problem}");
    for finding in findings {
        let allowed = ["allowed", "allowed_zh"].map(|name| finding[name].as_str().expect("a text"));
        assert!(allowed[0].is_ascii() && !allowed[0].is_empty(), "{finding}");
        assert!(allowed[1].chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)), "{finding}");
    }
    assert_eq!(
        service.get("/places?class=service_station&q=A").await.1["numberMatched"],
        json!(0),
        "nothing is written"
    );
    let (status, report) = import(&service, &format!("{query}&partial=true"), &csv).await;
    assert_eq!((status, &report["created"], &report["left_out"]), (StatusCode::OK, &json!(2), &json!(5)), "{report}");
    // Without a system for a table nobody knows where anything is; no class, no import; a class that is none.
    let (status, problem) = import(&service, "class=camera", &csv).await;
    assert!(status == StatusCode::UNPROCESSABLE_ENTITY && problem.to_string().contains("--crs"), "{problem}");
    assert_eq!(import(&service, "class=dragon", &csv).await.0, StatusCode::BAD_REQUEST);
    assert_eq!(import(&service, "replace=true", &csv).await.0, StatusCode::BAD_REQUEST);
    let (_, problem) = import(&service, "crs=EPSG:4490", &csv).await;
    let missing = &problem["findings"][0];
    assert_eq!((&missing["field"], &missing["severity"]), (&json!("class"), &json!("error")), "{problem}");
    assert!(missing["text"]["en"].as_str().is_some_and(|text| text.contains("class is missing")), "{problem}");
    assert!(missing["allowed"].as_str().is_some_and(|text| text.contains("hydrant (消火栓)")), "{problem}");
    let video = format!("external_id,lon,lat,video_url\nV,{at},https://video.invalid/1\n");
    let (_, problem) = import(&service, "class=hydrant&crs=EPSG:4490", &video).await;
    assert_eq!(problem["findings"][0]["field"], json!("video_url"), "{problem}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_could_not_be_read_removes_nothing() {
    let service = service(300).await;
    let (lon, lat, _) = some_unit(&service).await;
    let (_, all) = service.get("/places?class=camera").await;
    let query = "class=camera&crs=EPSG:4490&replace=true&partial=true";
    // A file that breaks off after its second record is no list at all.
    let camera = |number: &str| {
        format!(
            r#"{{"type":"Feature","properties":{{"external_id":"{number}"}},"geometry":{{"type":"Point","coordinates":[{lon:.7},{lat:.7}]}}}}"#
        )
    };
    let broken = format!(r#"{{"type":"FeatureCollection","features":[{},{},{{"type":"Fea"#, camera("A"), camera("B"));
    let (status, problem) = service.post(&format!("/places/imports?{query}"), "application/geo+json", broken).await;
    assert_eq!((status, &problem["records"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!(3)), "{problem}");
    assert_eq!(problem["findings"][0]["record"], json!(3), "{problem}");
    assert_eq!(service.get("/places?class=camera").await.1["numberMatched"], all["numberMatched"]);
    // One record with an error may be any of the places that the list leaves out.
    let csv = format!("external_id,lon,lat\nA,{lon:.7},{lat:.7}\nB,x,{lat:.7}\n");
    let (status, report) = import(&service, query, &csv).await;
    assert_eq!((status, &report["outcome"]), (StatusCode::OK, &json!("applied")), "{report}");
    assert_eq!((&report["removed"], &report["left_out"], &report["created"]), (&json!(0), &json!(1), &json!(1)));
    let findings = report["findings"].as_array().expect("findings");
    let said = |finding: &Value| {
        finding["severity"] == "warning"
            && finding["text"]["en"].as_str().is_some_and(|text| text.contains("nothing was removed"))
    };
    assert!(findings.iter().any(said), "{report}");
    let more = all["numberMatched"].as_u64().expect("a count") + 1;
    assert_eq!(service.get("/places?class=camera").await.1["numberMatched"], json!(more));
}

#[tokio::test(flavor = "multi_thread")]
async fn ids_of_other_lists_touch_no_place() {
    let service = service(300).await;
    let (lon, lat, _) = some_unit(&service).await;
    let at = format!("{lon:.7},{lat:.7}");
    let (_, page) = service.get("/places?class=camera&limit=1").await;
    let (id, number) = (&page["items"][0]["id"], &page["items"][0]["properties"]["external_id"]);
    let number = number.as_str().expect("cameras of the demo have numbers");
    // A plain `id` is a column that is passed over.
    let query = "class=camera&crs=EPSG:4490";
    let (status, report) = import(&service, query, &format!("id,编号,lon,lat\n{id},FOREIGN-1,{at}\n")).await;
    assert_eq!((status, &report["created"], &report["changed"]), (StatusCode::OK, &json!(1), &json!(0)), "{report}");
    // Our own, with the number of another place or without one.
    for foreign in ["FOREIGN-2", ""] {
        let csv = format!("系统编号,编号,lon,lat\n{id},{foreign},{at}\n");
        let (status, problem) = import(&service, query, &csv).await;
        assert_eq!(
            (status, &problem["findings"][0]["field"]),
            (StatusCode::UNPROCESSABLE_ENTITY, &json!("external_id")),
            "{problem}"
        );
        assert!(
            problem["findings"][0]["allowed"].as_str().is_some_and(|allowed| allowed.contains(number)),
            "{problem}"
        );
    }
    // One place under both of its numbers is one place too many, found before anything is written.
    let twice = format!("onemap_id,external_id,lon,lat\n{id},{number},{at}\n,{number},{at}\n");
    for query in [query.to_owned(), format!("{query}&dry_run=true")] {
        let (status, problem) = import(&service, &query, &twice).await;
        let found = (status, problem["findings"].as_array().map(Vec::len));
        assert_eq!(found, (StatusCode::UNPROCESSABLE_ENTITY, Some(1)), "{problem}");
    }
    let (_, same) = service.get(&format!("/places/{id}")).await;
    assert_eq!(
        (&same["place"]["properties"]["external_id"], &same["place"]["position"]),
        (&json!(number), &page["items"][0]["position"])
    );
    // A year that no store holds is a finding, in a dry run as well.
    for date in ["-0044-03-15", "0000-01-01", "10000-01-01"] {
        let csv = format!("external_id,lon,lat,date\nD,{at},{date}\n");
        for query in [query.to_owned(), format!("{query}&dry_run=true")] {
            let (status, problem) = import(&service, &query, &csv).await;
            assert_eq!(
                (status, &problem["findings"][0]["field"]),
                (StatusCode::UNPROCESSABLE_ENTITY, &json!("date")),
                "{problem}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_goes_out_comes_in_again_and_changes_nothing() {
    let service = service(300).await;
    for (path, media_type) in [
        ("/places.csv?class=camera", CSV),
        ("/places.xlsx?class=hydrant", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("/places.csv?class=building", CSV),
        ("/places.geojson?class=building", "application/geo+json"),
        ("/places.geojson?class=road", "application/geo+json"),
    ] {
        let response = service.send(Method::GET, path, "", Body::empty()).await;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        let bytes = response.into_body().collect().await.expect("a body").to_bytes();
        let response = service.send(Method::POST, "/places/imports?crs=EPSG:4490", media_type, bytes).await;
        let status = response.status();
        let report = response.into_body().collect().await.expect("a body").to_bytes();
        let report: Value = serde_json::from_slice(&report).expect("JSON");
        assert_eq!((status, &report["outcome"]), (StatusCode::OK, &json!("unchanged")), "{path}: {report}");
        assert!(report["records"].as_u64().expect("a count") > 0, "{path}");
    }
    let template = service.send(Method::GET, "/places/template.csv?class=camera", "", Body::empty()).await;
    let template = template.into_body().collect().await.expect("a body").to_bytes();
    let text = String::from_utf8(template.to_vec()).expect("UTF-8");
    assert!(text.contains("编号") && text.contains("视频地址") && !text.contains("楼号"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn counts_and_sums_of_areas_are_those_of_their_places_in_every_edition() {
    let service = service(300).await;
    let (_, district) = service.get("/areas/350304").await;
    for class in ["building", "camera", "service_station", "road", "ditch"] {
        let all = service.get(&format!("/places?class={class}")).await.1["numberMatched"].as_u64();
        assert_eq!(Some(counted(&district, class)), all, "{class}");
    }
    assert_eq!(district["buildings_sum"]["households"], district["area"]["households"]);
    assert_eq!(district["buildings_sum"]["residents"], district["area"]["residents"]);
    let mut cameras = 0;
    for street in district["children"]["items"].as_array().expect("streets") {
        let code = street["code"].as_str().expect("a code");
        let (_, street) = service.get(&format!("/areas/{code}")).await;
        assert_eq!(street["buildings_sum"]["residents"], street["area"]["residents"], "{code}");
        cameras += counted(&street, "camera");
    }
    assert_eq!(cameras, counted(&district, "camera"));
    // After a publish, and of the edition before.
    let renamed = service.export("community", |name| format!("新{name}"));
    let (status, _) = service.post("/imports", "application/geo+json-seq", renamed).await;
    assert_eq!(status, StatusCode::CREATED);
    for query in ["", "?edition=1"] {
        let (_, again) = service.get(&format!("/areas/350304{query}")).await;
        assert_eq!(again["places"], district["places"], "{query}");
    }
    // Pages follow one another.
    let (_, first) = service.get("/places?class=service_station&limit=100").await;
    let next = first["links"][0]["href"].as_str().expect("a link").to_owned();
    let (_, second) = service.get(&next).await;
    assert_eq!((first["numberReturned"].clone(), second["numberReturned"].clone()), (json!(100), json!(30)));
    assert_eq!(second["links"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn texts_that_look_like_formulas_come_back_and_long_outlines_are_no_workbook() {
    const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    let service = service(300).await;
    let (lon, lat, _) = some_unit(&service).await;
    let csv = format!(
        "编号,名称,经度,纬度,电话\n+1,'-1层入口,{lon:.7},{lat:.7},'+86 594 2690000\n@2,'=东门,{lon:.7},{lat:.7},\n"
    );
    let query = "class=service_station&crs=EPSG:4490";
    let (status, report) = import(&service, query, &csv).await;
    assert_eq!((status, &report["created"]), (StatusCode::OK, &json!(2)), "{report}");
    let (_, page) = service.get("/places?class=service_station&q=-1%E5%B1%82").await;
    let place = &page["items"][0];
    assert_eq!(
        (&place["name"], &place["properties"]["phone"]),
        (&json!("-1层入口"), &json!("+86 594 2690000")),
        "{page}"
    );
    for (path, media_type) in [("/places.csv?class=service_station", CSV), ("/places.xlsx?class=service_station", XLSX)]
    {
        let bytes =
            service.send(Method::GET, path, "", Body::empty()).await.into_body().collect().await.expect("a body");
        let response =
            service.send(Method::POST, &format!("/places/imports?{query}"), media_type, bytes.to_bytes()).await;
        let report = response.into_body().collect().await.expect("a body").to_bytes();
        let report: Value = serde_json::from_slice(&report).expect("JSON");
        assert_eq!(report["outcome"], json!("unchanged"), "{path}: {report}");
        let is_of_no_row = |finding: &Value| finding["record"].is_null();
        assert!(report["findings"].as_array().is_some_and(|all| all.iter().all(is_of_no_row)), "{path}: {report}");
    }
    // Only workbooks have sheets, and one that is named must be there.
    let (status, problem) = import(&service, &format!("{query}&sheet=x"), &csv).await;
    assert_eq!(
        (status, &problem["findings"][0]["field"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("sheet")),
        "{problem}"
    );
    let bytes = service.send(Method::GET, "/places.xlsx?class=service_station", "", Body::empty()).await;
    let bytes = bytes.into_body().collect().await.expect("a body").to_bytes();
    let response = service.send(Method::POST, &format!("/places/imports?{query}&sheet=x"), XLSX, bytes).await;
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
    // A road of more positions than the text of a cell has room for.
    let positions: Vec<String> =
        (0..1_600).map(|step| format!("[{:.7},{:.7}]", lon + f64::from(step) * 1e-7, lat)).collect();
    let road = format!(
        r#"{{"type":"Feature","properties":{{"external_id":"LONG","name":"长路"}},"geometry":{{"type":"LineString","coordinates":[{}]}}}}"#,
        positions.join(",")
    );
    let (status, report) = service.post("/places/imports?class=road", "application/geo+json", road).await;
    assert_eq!((status, &report["created"]), (StatusCode::OK, &json!(1)), "{report}");
    let (status, problem) = service.get("/places.xlsx?class=road&q=%E9%95%BF%E8%B7%AF").await;
    assert_eq!((status, &problem["parameter"]), (StatusCode::BAD_REQUEST, &json!("class")), "{problem}");
    assert!(
        problem["detail"].as_str().is_some_and(|text| text.contains("长路") && text.contains("CSV or GeoJSON")),
        "{problem}"
    );
    let bytes = service.send(Method::GET, "/places.csv?class=road&q=%E9%95%BF%E8%B7%AF", "", Body::empty()).await;
    let bytes = bytes.into_body().collect().await.expect("a body").to_bytes();
    let response = service.send(Method::POST, "/places/imports?crs=EPSG:4490", CSV, bytes).await;
    let report = response.into_body().collect().await.expect("a body").to_bytes();
    let report: Value = serde_json::from_slice(&report).expect("JSON");
    assert_eq!(report["outcome"], json!("unchanged"), "{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn places_that_an_edition_leaves_outside_are_counted_and_listed() {
    let (service, full) = (service(0).await, service(300).await);
    let (lon, lat, _) = some_unit(&full).await;
    let csv = format!("external_id,lon,lat\nIN,{lon:.7},{lat:.7}\nOUT,122.5,25.4\n");
    let query = "class=camera&crs=EPSG:4490";
    let (status, report) = import(&service, query, &csv).await;
    assert_eq!((status, &report["created"], &report["outside"]), (StatusCode::OK, &json!(2), &json!(0)), "{report}");
    let levels = ["district", "street", "community", "grid", "unit"];
    let areas: String = levels.iter().map(|level| full.export(level, str::to_owned)).collect();
    let (status, report) = service.post("/imports", "application/geo+json-seq", areas).await;
    assert_eq!(status, StatusCode::CREATED, "{report}");
    let (_, page) = service.get("/places?class=camera").await;
    assert_eq!((&page["numberMatched"], &page["outside"]), (&json!(2), &json!(1)), "{page}");
    let (_, page) = service.get("/places?outside=true").await;
    assert_eq!(page["numberMatched"], json!(1), "{page}");
    assert_eq!(page["items"][0]["properties"]["external_id"], json!("OUT"), "{page}");
    assert_eq!(service.get("/places?class=hydrant").await.1["outside"], json!(0));
    assert_eq!(service.get("/places?outside=true&area=350304").await.0, StatusCode::BAD_REQUEST);
    let (_, report) = import(&service, query, &csv.replace("OUT,122.5,25.4\n", "")).await;
    assert_eq!((&report["outcome"], &report["outside"]), (&json!("unchanged"), &json!(1)), "{report}");
    assert_eq!(report["findings"][0]["severity"], json!("warning"), "{report}");
}

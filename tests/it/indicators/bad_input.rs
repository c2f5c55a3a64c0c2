//! What is refused, and what is said of it.

use http::StatusCode;
use serde_json::{Value, json};

use super::{bytes, community, line, post, service};

/// `row/column: text` of the errors of an answer.
fn errors(answer: &Value) -> Vec<String> {
    let findings = answer["findings"].as_array().expect("findings");
    let errors = findings.iter().filter(|finding| finding["severity"] == "error");
    let told = |it: &Value| {
        let (row, field) = (&it["record"], it["field"].as_str().unwrap_or("-"));
        assert!(!it["text"]["zh"].as_str().expect("a text").is_empty(), "{it}");
        format!("{row}/{field}: {}", it["text"]["en"].as_str().expect("a text"))
    };
    errors.map(told).collect()
}

#[track_caller]
fn check(found: &[String], expected: &[&str]) {
    let agrees = found.len() == expected.len() && found.iter().zip(expected).all(|(f, e)| f.starts_with(e));
    assert!(agrees, "{found:#?}\nexpected {expected:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_bad_cell_is_named_and_the_rest_waits_for_partial() {
    let (service, _) = service().await;
    let (_, grids) = community(&service).await;
    let (one, two) = (&grids[0], &grids[1]);
    let text = format!(
        "区域编码,指标,期次,数值,单位\n\
         {one},residents_present,2025Q4,321,人\n\
         {one},residents_present,2025Q3,321,\n\
         {one},residents_present,2026Q2,321,\n\
         {one},residents_present,2025,321,\n\
         {one},residents_present,四季度,321,\n\
         {one},nobody,2025Q4,321,\n\
         999999,residents_present,2025Q4,321,\n\
         {one},firms,2025Q4,many,\n\
         {one},shops,2025Q4,-3,\n\
         {one},lifts,2025Q4,200001,\n\
         {one},lifts,2025Q4,99999999999999999999,\n\
         {one},lifts,2025Q4,1.5,\n\
         {one},mean_age,2025Q4,41.55,\n\
         {two},residents_present,2025Q4,321,户\n\
         {two},residents_present,2025Q4,1.2万,\n\
         {two},party_members,2025Q4,12,\n\
         {two},党员,2025Q4,13,\n\
         {two},volunteers,2025Q4,\"1,234 人\",\n"
    );
    let expected = [
        "3/数值: period 2025Q3 of 常住人口 residents_present is closed since 2025-11-15",
        "4/数值: period 2026Q2 of 常住人口 residents_present begins on 2026-04-01",
        "5/数值: 常住人口 residents_present has periods of a quarter; 2025 is none",
        "6/数值: 四季度 is no period",
        "7/数值: there is no indicator nobody",
        "8/数值: no area has the code 999999 in edition 1",
        "9/数值: many of 企业 firms is no number",
        "10/数值: -3 of 个体工商户 shops is below 0",
        "11/数值: 200001 is too large for 电梯 lifts, at most 200000",
        "12/数值: 99999999999999999999 is too large",
        "13/数值: 1.5 of 电梯 lifts has more than 0 digits",
        "14/数值: 41.55 of 平均年龄 mean_age has more than 1 digits",
        "15/数值: 常住人口 residents_present is counted in people, here stands 户",
        "16/数值: 常住人口 residents_present is counted in people, here stands 万",
        &format!("18/数值: party_members of {two} in 2025Q4 stands more than once (first in row 17)"),
    ];
    let before = line(&service, one, "residents_present", "period=2025Q4").await;
    let (status, refused) = service.post("/indicators/imports", "text/csv", text.clone()).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{refused}");
    check(&errors(&refused), &expected);
    assert_eq!(line(&service, one, "residents_present", "period=2025Q4").await, before, "nothing is applied");
    let (status, report) = service.post("/indicators/imports?partial=true", "text/csv", text).await;
    assert_eq!(status, StatusCode::CREATED, "{report}");
    check(&errors(&report), &expected);
    assert_eq!((&report["values"], &report["recorded"], &report["refused"]), (&json!(18), &json!(2), &json!(16)));
    assert_eq!(line(&service, one, "residents_present", "period=2025Q4").await["value"], 321);
    assert_eq!(line(&service, two, "volunteers", "period=2025Q4").await["value"], 1234);
    // Of two that differ neither is taken.
    assert!(line(&service, two, "party_members", "period=2025Q4").await["value"] != 12);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wide_table_names_columns_that_mean_nothing_or_are_counted_otherwise() {
    let (service, _) = service().await;
    let (_, grids) = community(&service).await;
    let one = &grids[0];
    let text = format!("编码,常住人口（户）,企业（家）,幸福指数,lifts\n{one},1,2,3,41\n");
    let (status, refused) = service.post("/indicators/imports?period=2025Q4", "text/csv", text.clone()).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{refused}");
    check(
        &errors(&refused),
        &[
            "1/幸福指数: there is no indicator 幸福指数",
            "1/常住人口（户）: 常住人口 residents_present is counted in people, the heading says 户",
        ],
    );
    let (status, report) =
        service.post("/indicators/imports?period=2025Q4&partial=true", "text/csv", text.clone()).await;
    assert_eq!((status, &report["recorded"]), (StatusCode::CREATED, &json!(2)), "{report}");
    let (status, refused) = service.post("/indicators/imports", "text/csv", text).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(errors(&refused).iter().any(|it| it.starts_with("2/企业（家）: no period is said")), "{refused}");
    for (text, said) in [
        (format!("编码,名称\n{one},x\n"), "the table has no column of an indicator"),
        ("常住人口\n5\n".to_owned(), "the header in row 1 lacks the columns"),
        (String::new(), "the file is empty"),
    ] {
        let (status, refused) = service.post("/indicators/imports?period=2025Q4&partial=true", "text/csv", text).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{refused}");
        assert!(errors(&refused)[0].contains(said), "{refused}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_and_bodies_that_cannot_be_are_refused() {
    let (service, _) = service().await;
    for (path, status, parameter) in [
        ("/indicators/nobody", 404, "id"),
        ("/indicators/firms?period=2025", 400, "period"),
        ("/indicators/firms?period=x", 400, "period"),
        ("/indicators/firms?level=galaxy", 400, "level"),
        ("/indicators/firms?limit=0", 400, "limit"),
        ("/indicators/evacuated", 404, "period"),
        ("/indicators?x=1", 400, "x"),
        ("/indicators/export", 400, "period"),
        ("/indicators/export?period=2025Q4&format=pdf", 400, "format"),
        ("/indicators/template?period=2025Q4", 400, "level"),
        ("/areas/350304/indicators?period=2025Q9", 400, "period"),
        ("/areas/350304/indicators?edition=9", 404, "edition"),
    ] {
        let (found, problem) = service.get(path).await;
        assert_eq!((found.as_u16(), &problem["parameter"]), (status, &json!(parameter)), "{path} {problem}");
    }
    assert_eq!(service.get("/areas/nowhere/indicators").await.0, StatusCode::NOT_FOUND);
    // At the end of all time the district's clock is beyond it.
    for path in ["/areas/350304/indicators?", "/indicators/firms?", "/areas/350304/sheet?", "/areas/350304/sheet.html?"]
    {
        let (status, answer) = bytes(&service, &format!("{path}as_of=9999-12-31T23:00:00Z")).await;
        assert_eq!(status, StatusCode::OK, "{path} {}", String::from_utf8_lossy(&answer));
    }
    for path in ["/indicators/export?period=2025Q4&", "/areas/350304/sheet.xlsx?"] {
        assert_eq!(bytes(&service, &format!("{path}as_of=9999-12-31T23:00:00Z")).await.0, StatusCode::OK, "{path}");
    }
    for (body, status) in [
        (json!({}), 400),
        (json!([{"area": "350304", "indicator": "firms"}]), 400),
        (json!([{"area": "350304", "indicator": "firms", "value": [1]}]), 400),
        (json!([{"area": "350304", "indicator": "firms", "value": 1, "updated": "soon"}]), 400),
        (json!([{"area": "350304", "indicator": "firms", "value": 1, "colour": "red"}]), 400),
        (json!([{"area": "３５０３０４", "indicator": "firms", "value": 1, "period": "2025Q4"}]), 422),
        (
            json!([{"area": "350304", "indicator": "firms", "value": 1, "period": "2025Q4", "updated": "2027-01-01"}]),
            422,
        ),
    ] {
        let (found, problem) = post(&service, "", body.clone()).await;
        assert_eq!(found.as_u16(), status, "{body} {problem}");
    }
    let (status, _) = service.post("/indicators/imports", "image/png", "x".to_owned()).await;
    assert_eq!(status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
}

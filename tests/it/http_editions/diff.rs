//! The demo's two editions: what differs, the crosswalk of codes, the log, and areas that are no more.

use axum::body::Body;
use http::{Method, header};
use http_body_util::BodyExt;
use onemap::app::{
    District,
    demo::{Content, DemoPlan, generate_story},
    story::Said,
};
use serde_json::json;

use super::*;
use crate::{http_api::service_of, support::staff};

/// A district whose first street was divided anew.
async fn story() -> Service {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let clock = Clock::fixed(START);
    let district = District::open(&folder.path().join("s.gpkg"), None, clock).await.expect("a new store");
    let plan = DemoPlan::new(6_000, 7, Content::Buildings).expect("a plan");
    let story = generate_story(&plan, &mut |_, _| {});
    district.adopt_story(story, Said::default()).await.expect("a valid story");
    service_of(district, AppOptions::default(), None, folder).await
}

async fn table(service: &Service, path: &str) -> (u16, String, Vec<u8>) {
    let response = service.send(Method::GET, path, "", Body::empty()).await;
    let media_type = response.headers()[header::CONTENT_TYPE].to_str().expect("ASCII").to_owned();
    let status = response.status().as_u16();
    (status, media_type, response.into_body().collect().await.expect("whole").to_bytes().to_vec())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_tells_how_its_street_was_divided_anew() {
    let service = story().await;
    let (_, list) = service.get("/editions").await;
    assert_eq!(
        (&list["numberMatched"], &list["items"][0]["state"], &list["items"][1]["state"]),
        (&json!(2), &json!("past"), &json!("in_force"))
    );
    assert_eq!(list["items"][0]["effective_from"], json!(text(START - Duration::days(365))));
    let (_, page) = service.get("/editions?limit=1").await;
    assert_eq!(page["links"][0]["href"], json!("/editions?limit=1&after=1"));
    assert_eq!(service.get("/editions/2").await.1, list["items"][1]);

    let (status, diff) = service.get("/editions/1/diff/2?limit=10000").await;
    assert_eq!(status, StatusCode::OK, "{diff}");
    let counts = |level: &str| {
        diff["counts"]
            .as_array()
            .expect("counts")
            .iter()
            .find(|counts| counts["level"] == level)
            .expect("a level")
            .clone()
    };
    let (grids, units) = (counts("grid"), counts("unit"));
    let count = |counts: &Value, kind: &str| counts[kind].as_u64().expect("a count");
    assert!(count(&grids, "split") >= 5 && count(&grids, "merged") == 0, "{grids}");
    assert_eq!(count(&grids, "retired") + count(&grids, "recoded"), 11, "{grids}");
    assert!(count(&units, "created") > 600 && count(&units, "retired") == 0, "{units}");
    assert_eq!((count(&counts("street"), "updated"), count(&counts("street"), "reshaped")), (0, 0));
    let items = diff["items"].as_array().expect("items");
    assert_eq!(items.len() as u64, diff["numberMatched"].as_u64().expect("a count"));

    // Every household of an old grid goes with a building to one of the new ones.
    let split = items.iter().find(|item| item["change"] == "split").expect("a split");
    let kin = split["lineage"].as_array().expect("a list");
    assert!(
        kin.len() >= 2 && kin.iter().all(|kin| kin["relation"] == "split" && kin["weighting"] == "buildings"),
        "{split}"
    );
    let sum: u64 = kin.iter().map(|kin| kin["households"].as_u64().expect("a count")).sum();
    assert_eq!(Some(sum), split["before"]["households"].as_u64());
    let shares: f64 = kin.iter().map(|kin| kin["share_before"].as_f64().expect("a share")).sum();
    assert!((shares - 1.0).abs() < 1e-3, "{shares}");
    let ground: f64 = kin.iter().map(|kin| kin["area_m2"].as_f64().expect("an area")).sum();
    let whole = split["before"]["area_m2"].as_f64().expect("an area");
    assert!((ground / whole - 1.0).abs() < 1e-6, "{ground} {whole}");

    let (mut path, mut seen) = ("/editions/1/diff/2?limit=400".to_owned(), Vec::new());
    loop {
        let (_, page) = service.get(&path).await;
        seen.extend(page["items"].as_array().expect("items").clone());
        match page["links"][0]["href"].as_str() {
            Some(next) => path = next.to_owned(),
            None => break,
        }
    }
    assert_eq!(&seen, items);
    let (_, none) = service.get("/editions/2/diff/2").await;
    assert_eq!(none["numberMatched"], json!(0));

    let (status, media_type, csv) = table(&service, "/editions/1/crosswalk/2").await;
    assert_eq!((status, &*media_type), (200, "text/csv; charset=utf-8"));
    let csv = String::from_utf8(csv).expect("UTF-8");
    assert!(csv.lines().count() > 600 && csv.contains(split["before"]["code"].as_str().expect("a code")), "{csv}");
    let (_, media_type, xlsx) = table(&service, "/editions/1/crosswalk/2?format=xlsx").await;
    assert!(media_type.ends_with("spreadsheetml.sheet") && xlsx.starts_with(b"PK"), "{media_type}");
    assert_eq!(table(&service, "/editions/1/crosswalk/2?format=xlsx").await.2, xlsx);

    // The old code is gone, and says who follows.
    let code = split["before"]["code"].as_str().expect("a code");
    let (status, gone) = service.get(&format!("/areas/{code}")).await;
    assert_eq!((status, &gone["retired_in"]), (StatusCode::GONE, &json!(2)), "{gone}");
    let followers: Vec<&Value> = kin.iter().map(|kin| &kin["after"]).collect();
    assert_eq!(
        gone["successors"].as_array().expect("a list").iter().collect::<Vec<_>>(),
        followers,
        "the largest first"
    );
    let (status, then) = service.get(&format!("/areas/{code}?edition=1")).await;
    assert_eq!((status, &then["children"]["count"]), (StatusCode::OK, &json!(0)), "no units then");
    // A code of today is not yet there in edition 1.
    let new = kin[0]["after"].as_str().expect("a code");
    assert_eq!(service.get(&format!("/areas/{new}?edition=1")).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_is_told_without_holes_and_rosters_are_in_it() {
    let (service, _) = service().await;
    staff::replace(service.app.district().store(), &[]).await;
    let (_, log) = service.get("/changes").await;
    let items = log["items"].as_array().expect("items");
    let seqs: Vec<u64> = items.iter().map(|item| item["seq"].as_u64().expect("a number")).collect();
    assert_eq!(seqs, (1..=items.len() as u64).collect::<Vec<_>>());
    let kinds: Vec<&str> = items.iter().map(|item| item["kind"].as_str().expect("a kind")).collect();
    assert_eq!(kinds, ["profile", "places", "edition", "postings", "indicators", "postings"]);
    assert_eq!(items[2]["edition"], json!(1));
    let (_, page) = service.get("/changes?since=1&limit=2").await;
    assert_eq!((&page["items"][0], &page["last"]), (&items[1], &json!(3)));
    assert_eq!(page["links"][0]["href"], json!("/changes?since=3&limit=2"));
    let (_, end) = service.get("/changes?since=6").await;
    assert_eq!((&end["items"], &end["last"], &end["links"]), (&json!([]), &json!(6), &json!([])));
    // Who has seen more than there is, as before a store was restored to an older state, is told so.
    for since in ["7", "8&limit=1", "9007199254740991"] {
        let (status, problem) = service.get(&format!("/changes?since={since}")).await;
        assert_eq!((status, &problem["last"]), (StatusCode::CONFLICT, &json!(6)), "{since}: {problem}");
        assert!(problem["type"].as_str().is_some_and(|kind| kind.ends_with("/problems/conflict")), "{problem}");
    }
    for (path, status) in [
        ("/changes?since=-1", 400),
        ("/changes?since=9007199254740992", 400),
        ("/changes?limit=0", 400),
        ("/changes?wat=1", 400),
        ("/editions?after=x", 400),
        ("/editions/0", 400),
        ("/editions/9", 404),
        ("/editions/x", 404),
        ("/editions/1/diff/9", 404),
        ("/editions/9/crosswalk/1", 404),
        ("/editions/1/crosswalk/1?format=pdf", 400),
    ] {
        let found = service.get(path).await.0.as_u16();
        assert!(found == status || (path == "/editions/0" && found == 404), "{path}: {found}");
    }
    let request = axum::extract::Request::get("/editions/1/crosswalk/1").header(header::HOST, "127.0.0.1:8080");
    let request = request.header(header::ACCEPT, "image/png").body(Body::empty()).expect("a request");
    let refused = tower::ServiceExt::oneshot(service.router.clone(), request).await.expect("an answer");
    assert_eq!(refused.status(), StatusCode::NOT_ACCEPTABLE);
}

//! Who answers for what: entered, handed over, stood in for, listed, and asked of other times.

use http::{Method, StatusCode};
use http_body_util::BodyExt;
use onemap::{
    app::{
        AppOptions, District,
        demo::{Content, DemoPlan, generate},
    },
    clock::Clock,
    formats::profile_toml::{builtin_schemes, parse_profile},
};
use serde_json::{Value, json};
use std::time::Instant;
use time::{Duration, OffsetDateTime, macros::datetime};

use crate::http_api::{Service, service_by, service_of};

/// Noon of the day, in the district.
const NOON: OffsetDateTime = datetime!(2026-11-22 04:00 UTC);

/// How long something is waited for that comes at once.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(30);

async fn service() -> Service {
    service_by(600, AppOptions::default(), None, Clock::fixed(NOON)).await
}

async fn put(service: &Service, method: Method, path: &str, body: Value) -> (StatusCode, Value) {
    let response = service.send(method, path, "application/json", body.to_string()).await;
    let status = response.status();
    let bytes = response.into_body().collect().await.expect("whole").to_bytes();
    (status, serde_json::from_slice(&bytes).unwrap_or_else(|_| panic!("{path}: {bytes:?}")))
}

async fn post(service: &Service, path: &str, body: Value) -> (StatusCode, Value) {
    put(service, Method::POST, path, body).await
}

async fn list(service: &Service, path: &str) -> Vec<Value> {
    let (status, answer) = service.get(path).await;
    assert_eq!(status, StatusCode::OK, "{path}: {answer}");
    answer["items"].as_array().expect("items").clone()
}

/// The first grid whose leader is at the post without anything to tell.
async fn plain_grid(service: &Service) -> (String, Value) {
    for posting in list(service, "/postings?role=grid_leader&state=current&limit=1000").await {
        let code = posting["area"]["code"].as_str().expect("a code").to_owned();
        let of_grid = list(service, &format!("/postings?role=grid_leader&area={code}")).await;
        if of_grid.len() == 1 && posting["vacant"] == json!(false) {
            return (code, posting);
        }
    }
    panic!("no grid has one leader");
}

/// Names of those who lead a grid.
async fn leaders(service: &Service, code: &str, when: &str) -> Vec<(String, Value)> {
    let (status, area) = service.get(&format!("/areas/{code}?{when}")).await;
    assert_eq!(status, StatusCode::OK, "{area}");
    let all = area["responsible"].as_array().expect("who answers");
    let leads = all.iter().filter(|one| one["role"] == json!("grid_leader") && one["order"] == json!("A"));
    leads.map(|one| (one["name"].as_str().expect("a name").to_owned(), one["stands_in_for"].clone())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_is_handed_over_from_a_date_and_the_past_stays() {
    let clock = Clock::fixed(NOON);
    let service = service_by(600, AppOptions::default(), None, clock.clone()).await;
    let (code, posting) = plain_grid(&service).await;
    let before = posting["person"]["name"].as_str().expect("a name").to_owned();
    let new = json!({"name": "示例新任", "phone": "000-1234-5678"});
    let body = json!({"area": code, "role": "grid_leader", "person": new, "valid_from": "2026-11-24"});
    let (status, problem) = post(&service, "/postings", body.clone()).await;
    assert_eq!((status, &problem["posting"]), (StatusCode::CONFLICT, &posting["id"]), "{problem}");
    let mut handed = body;
    handed["takes_over"] = json!(true);
    handed["author"] = json!("张三");
    let (status, made) = post(&service, "/postings", handed).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    let (old, new) = ((before.clone(), Value::Null), ("示例新任".to_owned(), Value::Null));
    assert_eq!(leaders(&service, &code, "").await, std::slice::from_ref(&old));
    // The date begins in the district's time zone; then the new one answers, without anyone calling.
    clock.advance(Duration::hours(40));
    let began = Instant::now();
    while leaders(&service, &code, "").await != std::slice::from_ref(&new) {
        assert!(began.elapsed() < PATIENCE, "nobody took over");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!(leaders(&service, &code, "as_of=2026-11-23T15:59:59Z").await, std::slice::from_ref(&old));
    assert_eq!(leaders(&service, &code, "as_of=2026-11-23T16:00:00Z").await, std::slice::from_ref(&new));
    // Before it was entered nobody knew.
    let known_before = format!("as_of=2026-11-24&known_at={}", "2026-11-22T03:59:59Z");
    assert_eq!(service.get(&format!("/areas/{code}?{known_before}")).await.0, StatusCode::NOT_FOUND, "no edition then");
    let all = list(&service, &format!("/postings?role=grid_leader&area={code}")).await;
    let states: Vec<(&Value, &Value, &Value)> =
        all.iter().map(|it| (&it["person"]["name"], &it["state"], &it["valid_to"])).collect();
    let end = json!("2026-11-23T16:00:00Z");
    assert_eq!(states[0], (&json!(before), &json!("past"), &end));
    assert_eq!(states[1], (&json!("示例新任"), &json!("current"), &Value::Null));
    assert_eq!(all[1]["person"]["phone"], json!("000********78"), "masked");
    // It is in the log, with who did it.
    let (_, log) = service.get("/changes?since=0&limit=1000").await;
    let last = log["items"].as_array().expect("items").last().expect("an entry");
    assert_eq!((&last["kind"], &last["actor"]), (&json!("postings"), &json!("张三")));
    assert_eq!(last["seq"], made["revision"]);
    // An end, once.
    let path = format!("/postings/{}/end", made["id"]);
    assert_eq!(post(&service, &path, json!({"at": "2026-11-24"})).await.0, StatusCode::CONFLICT, "it begins then");
    let (status, ended) = post(&service, &path, json!({"at": "2026-11-23T18:00:00Z"})).await;
    assert_eq!(status, StatusCode::OK, "{ended}");
    assert_eq!(leaders(&service, &code, "").await, []);
    assert_eq!(post(&service, &path, json!({})).await.0, StatusCode::CONFLICT);
    let vacant = list(&service, &format!("/vacancies?area={code}&role=grid_leader")).await;
    assert_eq!((&vacant[0]["filled"], &vacant[0]["min"], &vacant[0]["check"]), (&json!(0), &json!(1), &json!("G11")));
    // What was entered in error goes, and with it what it said; what was known then is still known.
    let (status, _) = post(&service, &path, json!({"withdraw": true})).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(list(&service, &format!("/postings?role=grid_leader&area={code}")).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stand_in_answers_for_whoever_is_away() {
    let service = service().await;
    let (code, posting) = plain_grid(&service).await;
    let away = posting["person"]["name"].clone();
    let body = json!({
        "area": code, "role": "grid_leader", "person": {"name": "示例代班"}, "stands_in": true,
        "valid_from": "2026-11-20", "valid_to": "2026-11-25",
    });
    let (status, made) = post(&service, "/postings", body).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    assert_eq!(leaders(&service, &code, "").await, [("示例代班".to_owned(), away.clone())]);
    let away = away.as_str().expect("a name").to_owned();
    let then = "as_of=2026-11-25&known_at=2026-11-22T05:00:00Z";
    assert_eq!(leaders(&service, &code, then).await, [(away, Value::Null)], "from the 25th on");
    // Nobody is missing meanwhile.
    assert_eq!(list(&service, &format!("/vacancies?area={code}&role=grid_leader")).await, Vec::<Value>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn organisations_and_people_are_entered_changed_and_found() {
    let service = service().await;
    let body = json!({"name": "示例水利和湖泊局", "short_name": "水利局", "credit_code": "91350100M000100Y43", "duty_phone": "0594-2292110"});
    let (status, made) = post(&service, "/organisations", body.clone()).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    let id = made["id"].as_i64().expect("a number");
    let (status, problem) = post(&service, "/organisations", body.clone()).await;
    assert_eq!((status, &problem["field"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("name")), "{problem}");
    let found = list(&service, "/organisations?q=%E6%B0%B4%E5%88%A9%E5%B1%80").await;
    assert_eq!((found.len(), &found[0]["duty_phone"]), (1, &json!("0594-2292110")));
    // One check character is another one.
    for (field, value) in [("credit_code", "91350100M000100Y44"), ("duty_phone", "12"), ("name", " ")] {
        let mut wrong = json!({"name": "示例另一单位"});
        wrong[field] = json!(value);
        let (status, problem) = post(&service, "/organisations", wrong).await;
        assert_eq!((status, &problem["field"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!(field)), "{problem}");
        assert!(problem["allowed"].as_str().is_some_and(|text| !text.is_empty()), "{problem}");
    }
    let mut own = json!({"name": "示例水利和湖泊局", "parent": id});
    let (status, problem) = put(&service, Method::PUT, &format!("/organisations/{id}"), own.clone()).await;
    assert_eq!((status, &problem["field"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("parent")), "{problem}");
    own["parent"] = Value::Null;
    assert_eq!(put(&service, Method::PUT, &format!("/organisations/{id}"), own.clone()).await.0, StatusCode::OK);
    assert_eq!(put(&service, Method::PUT, "/organisations/999999", own).await.0, StatusCode::NOT_FOUND);
    let (status, person) =
        post(&service, "/people", json!({"name": "示例王芳", "phone": "13800138000", "organisation": id})).await;
    assert_eq!(status, StatusCode::CREATED, "{person}");
    let found = list(&service, "/people?q=slwf").await;
    assert_eq!((&found[0]["phone"], &found[0]["organisation"]["id"]), (&json!("138******00"), &json!(id)));
    // The organisation as such holds a post, and answers by its duty telephone.
    let (code, _) = plain_grid(&service).await;
    let (status, made) =
        post(&service, "/postings", json!({"area": code, "role": "lane_leader", "organisation": id})).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    let held = list(&service, &format!("/postings?organisation={id}")).await;
    assert_eq!((held.len(), &held[0]["person"]), (1, &Value::Null));
}

#[tokio::test(flavor = "multi_thread")]
async fn organisations_and_people_are_entered_before_there_is_an_area() {
    let service = service_by(0, AppOptions::default(), None, Clock::fixed(NOON)).await;
    for name in ["示例一所", "示例二所"] {
        let (status, made) = post(&service, "/organisations", json!({"name": name})).await;
        assert_eq!(status, StatusCode::CREATED, "{made}");
    }
    let (status, made) = post(&service, "/people", json!({"name": "示例王芳"})).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    assert_eq!((list(&service, "/organisations").await.len(), list(&service, "/people").await.len()), (2, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_lists_the_posts_that_nobody_was_needed_for() {
    // Grids in the country need two more leaders than those in the city.
    let text = include_str!("../../data/profiles/licheng.toml");
    let role = "id = \"grid_leader\"\n";
    let text = text.replacen(role, &format!("{role}branches = [{{ branch = \"rural\", min = 3, max = 3 }}]\n"), 1);
    let profile = parse_profile(&text, "licheng.toml", builtin_schemes()).expect("a profile");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("district.gpkg");
    let district = District::open(&path, Some(profile), Clock::fixed(NOON)).await.expect("a new store");
    let plan = DemoPlan::new(200, 7, Content::Declared).expect("a plan");
    district.adopt_demo(generate(&plan, &mut |_, _| {}), "演示").await.expect("a valid demo");
    let service = service_of(district, AppOptions::default(), None, folder).await;
    let (code, _) = plain_grid(&service).await;
    let of_branch = |branch: &str| {
        let lines = service.export("grid", str::to_owned);
        let line = lines.lines().find(|line| line.contains(&code)).expect("the grid");
        line.replacen("\"properties\":{", &format!("\"properties\":{{\"branch\":\"{branch}\","), 1)
    };
    let import = async |lines: String| {
        let (status, report) = service.post("/imports", "application/geo+json-seq", lines).await;
        assert!(status.is_success(), "{report}");
        report["posts_to_fill"].clone()
    };
    import(of_branch("urban")).await;
    let listed = import(of_branch("rural")).await;
    let item = json!({"area": code, "role": "grid_leader", "missing": 2});
    let [found] = &listed["items"].as_array().expect("items")[..] else { panic!("{listed}") };
    for (member, value) in item.as_object().expect("members") {
        assert_eq!(&found[member], value, "{listed}");
    }
    assert_eq!(import(of_branch("urban")).await["numberMatched"], json!(0), "fewer than before");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_is_refused_by_its_field() {
    let service = service().await;
    let (code, _) = plain_grid(&service).await;
    let revision = service.get("/postings?limit=1").await.1["revision"].clone();
    let refused = StatusCode::UNPROCESSABLE_ENTITY;
    for (body, status, field) in [
        (json!({"area": "350304999999999", "role": "grid_leader", "vacant": true}), refused, "area"),
        (json!({"area": code, "role": "mayor", "vacant": true}), refused, "role"),
        (json!({"area": code, "role": "unit_leader", "vacant": true}), refused, "role"),
        (json!({"role": "grid_leader", "vacant": true}), refused, "area"),
        (json!({"area": code, "place": 1, "role": "grid_leader", "vacant": true}), refused, "area"),
        (json!({"place": 999_999_999, "role": "building_leader", "vacant": true}), refused, "place"),
        (json!({"area": code, "role": "grid_leader", "order": "C", "vacant": true}), refused, "order"),
        (json!({"area": code, "role": "grid_leader", "seat": 2, "vacant": true}), refused, "seat"),
        (json!({"area": code, "role": "lane_leader"}), refused, "person"),
        (json!({"area": code, "role": "lane_leader", "person": 1_000_000, "vacant": false}), refused, "person"),
        (json!({"area": code, "role": "lane_leader", "organisation": 1_000_000}), refused, "organisation"),
        (json!({"area": code, "role": "lane_leader", "vacant": true, "valid_from": "tomorrow"}), refused, "valid_from"),
        (
            json!({"area": code, "role": "lane_leader", "vacant": true, "valid_from": "2026-02-01", "valid_to": "2026-01-01"}),
            refused,
            "valid_to",
        ),
        (
            json!({"area": code, "role": "lane_leader", "person": {"name": "示例", "phone": "1380013800"}}),
            refused,
            "phone",
        ),
    ] {
        let (found, problem) = post(&service, "/postings", body.clone()).await;
        assert_eq!((found, &problem["field"]), (status, &json!(field)), "{body}: {problem}");
        assert!(problem["detail_zh"].is_string() || problem["title"].is_string(), "{problem}");
    }
    for (path, body, status) in [
        ("/postings", json!({"area": code, "role": "lane_leader", "wat": 1}), StatusCode::BAD_REQUEST),
        ("/postings", json!([]), StatusCode::BAD_REQUEST),
        ("/postings/999999999/end", json!({}), StatusCode::NOT_FOUND),
        ("/postings/x/end", json!({}), StatusCode::NOT_FOUND),
    ] {
        assert_eq!(post(&service, path, body.clone()).await.0, status, "{path} {body}");
    }
    for path in [
        "/postings?role=mayor",
        "/postings?area=9",
        "/postings?state=gone",
        "/vacancies?area=9",
        "/people?limit=0",
        "/postings?wat=1",
    ] {
        assert_eq!(service.get(path).await.0, StatusCode::BAD_REQUEST, "{path}");
    }
    assert_eq!(service.get("/postings?limit=1").await.1["revision"], revision, "nothing was changed");
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_are_paged_and_a_party_body_may_be_joint() {
    let service = service().await;
    let mut path = "/postings?role=grid_party_branch&limit=7".to_owned();
    let mut seen = Vec::new();
    loop {
        let (status, page) = service.get(&path).await;
        assert_eq!(status, StatusCode::OK, "{page}");
        seen.extend(page["items"].as_array().expect("items").clone());
        match page["links"][0]["href"].as_str() {
            Some(next) => path = next.to_owned(),
            None => break assert_eq!(page["numberMatched"], json!(seen.len())),
        }
    }
    let bodies: std::collections::HashSet<i64> =
        seen.iter().map(|posting| posting["organisation"]["id"].as_i64().expect("a body")).collect();
    assert!(bodies.len() < seen.len() && !bodies.is_empty(), "{} bodies of {} grids", bodies.len(), seen.len());
    assert_eq!(list(&service, "/vacancies?role=grid_party_branch").await, Vec::<Value>::new(), "G17 holds");
    // The card of the area names it, apart from whoever is called.
    let (_, area) = service.get(&format!("/areas/{}", seen[0]["area"]["code"].as_str().expect("a code"))).await;
    assert_eq!(area["party_bodies"][0]["role"], json!("grid_party_branch"), "{area}");
    assert!(!area["responsible"].to_string().contains("grid_party_branch"), "{area}");
}

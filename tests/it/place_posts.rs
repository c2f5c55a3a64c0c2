//! Whoever answers for a building or a street (楼栋长, 街巷长) is named by look-ups there, and cases there are theirs.

use http::StatusCode;
use serde_json::{Value, json};

use crate::http_api::{Service, service};

/// The first posting of a role that is about a place.
async fn of_place(service: &Service, role: &str) -> Value {
    let (status, page) = service.get(&format!("/postings?role={role}&limit=1000")).await;
    assert_eq!(status, StatusCode::OK, "{page}");
    let items = page["items"].as_array().expect("items");
    items.iter().find(|it| it["place"].is_i64()).unwrap_or_else(|| panic!("no {role} of a place: {page}")).clone()
}

/// Everybody whom a look-up names for a place: name, number of the place.
fn posted(answer: &Value) -> Vec<(&Value, &Value)> {
    let all = answer["responsible"].as_array().unwrap_or_else(|| panic!("who answers: {answer}"));
    all.iter().filter(|one| one.get("place").is_some()).map(|one| (&one["name"], &one["place"]["id"])).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_look_up_in_a_building_names_who_answers_for_it_first() {
    let service = service(300).await;
    let posting = of_place(&service, "building_leader").await;
    let (_, found) = service.get(&format!("/places/{}", posting["place"])).await;
    let place = &found["place"];
    let (lon, lat) = (&place["position"][0], &place["position"][1]);
    let (lon, lat) = (lon.as_f64().expect("a longitude"), lat.as_f64().expect("a latitude"));
    let expected = (&posting["person"]["name"], &posting["place"]);
    let path = format!("/lookup?lon={lon}&lat={lat}");
    let (_, answer) = service.get(&path).await;
    assert_eq!(posted(&answer), [expected], "{answer}");
    let first = &answer["responsible"][0];
    assert_eq!((&first["role"], &first["place"]["class"]), (&json!("building_leader"), &json!("building")), "{answer}");
    let finest = answer["chain"].as_array().expect("areas").last().expect("an area");
    assert_eq!(first["area"], finest["code"]);
    assert!(first["phone"].as_str().is_some_and(|phone| phone.contains('*')), "masked: {first}");
    // A statement of accuracy takes the other way through the service.
    let (_, again) = service.get(&format!("{path}&accuracy_m=150")).await;
    assert_eq!(posted(&again), [expected]);
    // Many points at once are answered with areas alone.
    let points = json!([{"lon": lon, "lat": lat}]).to_string();
    let (_, many) = service.post("/lookup?answer=full", "application/json", points).await;
    assert_eq!(posted(&many["results"][0]), [], "{many}");
    // Whoever left answers no more.
    let path = format!("/postings/{}/end", posting["id"]);
    let (status, _) = service.post(&path, "application/json", json!({"withdraw": true}).to_string()).await;
    assert_eq!(status, StatusCode::OK);
    let (_, answer) = service.get(&format!("/lookup?lon={lon}&lat={lat}")).await;
    assert_eq!(posted(&answer), [], "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_look_up_by_address_names_who_answers_for_the_building() {
    let service = service(300).await;
    let mut told = 0;
    for number in 1..=20 {
        let name = format!("楼栋长示例{number:04}");
        let query: String = name.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let (_, page) = service.get(&format!("/postings?q={query}")).await;
        let place = page["items"][0]["place"].as_i64().expect("a place");
        let (_, found) = service.get(&format!("/places/{place}")).await;
        let address = found["place"]["name"].as_str().expect("a name");
        let query: String = address.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let (status, answer) = service.get(&format!("/lookup?address={query}")).await;
        assert_eq!(status, StatusCode::OK, "{address}: {answer}");
        if answer["address"]["ambiguous"] == json!(true) {
            continue;
        }
        assert_eq!(posted(&answer), [(&json!(name), &json!(place))], "{address}: {answer}");
        let body = json!([address]).to_string();
        let (_, many) = service.post("/lookup/addresses", "application/json", body).await;
        assert_eq!(posted(&many["results"][0]), [(&json!(name), &json!(place))], "{many}");
        told += 1;
    }
    assert!(told > 0, "no building of the demo has an address of its own");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_look_up_on_a_street_names_who_answers_for_it() {
    let service = service(300).await;
    let posting = of_place(&service, "lane_leader").await;
    let places = service.app.served().places.directory().clone();
    let number = places.find(posting["place"].as_i64().expect("a number")).expect("a place");
    let middle = places.place(number).geometry.anchor().expect("a position");
    let (lon, lat) = (middle.lon_degrees(), middle.lat_degrees());
    let (_, answer) = service.get(&format!("/lookup?lon={lon}&lat={lat}")).await;
    let expected = (&posting["person"]["name"], &posting["place"]);
    assert!(posted(&answer).contains(&expected), "{answer}");
    // 40 m to the side it is another place's matter.
    let (_, aside) = service.get(&format!("/lookup?lon={lon}&lat={}", lat + 0.0004)).await;
    let (_, across) = service.get(&format!("/lookup?lon={}&lat={lat}", lon + 0.0004)).await;
    assert!(!posted(&aside).contains(&expected) || !posted(&across).contains(&expected), "{aside} {across}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_in_a_building_or_on_a_street_is_for_whoever_answers_for_it() {
    let service = service(300).await;
    let places = service.app.served().places.directory().clone();
    for (role, category) in [("building_leader", "civic.help"), ("lane_leader", "city.road")] {
        let (_, page) = service.get(&format!("/postings?role={role}&limit=1000")).await;
        let posted = page["items"].as_array().expect("items").iter().filter_map(|it| it["place"].as_i64());
        let mut led = 0;
        for place in posted.take(20) {
            let middle = places.place(places.find(place).expect("a place")).geometry.anchor().expect("a position");
            let case = |accuracy_m: Option<u32>| {
                let (lon, lat) = (middle.lon_degrees(), middle.lat_degrees());
                let mut case = json!({"lon": lon, "lat": lat, "category": category});
                if let Some(accuracy_m) = accuracy_m {
                    case["accuracy_m"] = json!(accuracy_m);
                }
                service.post("/assignments", "application/json", case.to_string())
            };
            let (status, told) = case(None).await;
            assert_eq!(status, StatusCode::OK, "{told}");
            // A school answers for itself.
            if told["rule"]["id"].as_str().is_some_and(|rule| rule.starts_with("exclusive")) {
                continue;
            }
            led += 1;
            assert_eq!(told["lead"]["role"]["id"], role, "{told}");
            assert!(told["lead"]["place"].is_i64(), "{told}");
            // Where streets cross the nearest may be another one.
            assert!(role == "lane_leader" || told["lead"]["place"] == place, "{told}");
            let (_, sure) = case(Some(1)).await;
            assert_eq!(sure["lead"]["place"], told["lead"]["place"], "{sure}");
            let (_, unsure) = case(Some(2000)).await;
            assert!(unsure["lead"].get("place").is_none_or(Value::is_null), "{unsure}");
        }
        assert!(led > 0, "no {role} leads");
    }
}

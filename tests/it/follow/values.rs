//! Several servers record values of indicators at once.

use std::collections::BTreeMap;

use super::*;

/// How often two servers try to be the first.
const ROUNDS: u64 = 6;

async fn recorded(service: &Service) -> usize {
    let (_, log) = service.get("/changes?since=0&limit=1000").await;
    log["items"].as_array().expect("changes").iter().filter(|it| it["kind"] == "indicators").count()
}

/// Records a number of residents of the district in the year of now; how it ended.
async fn record(service: &Service, number: u64) -> (StatusCode, String) {
    let day = Clock::system().now().date();
    let value = json!([{"area": "350304", "indicator": "farmland", "value": number}]);
    let period = period_of(day);
    let path = format!("/indicators/imports?author=t&period={period}");
    let (status, report) = service.post(&path, "application/json", value.to_string()).await;
    (status, report["outcome"].as_str().unwrap_or_else(|| panic!("{report}")).to_owned())
}

/// The year that a day lies in.
fn period_of(day: time::Date) -> String {
    format!("{:04}", day.year())
}

async fn the_same_at_once(place: Place) {
    let (one, other) = (place.service(NEVER).await, place.service(NEVER).await);
    let before = recorded(&one).await;
    for round in 1..=ROUNDS {
        let ((first, second), third) =
            tokio::join!(async { tokio::join!(record(&one, round), record(&other, round)) }, record(&one, round));
        let mut ended: BTreeMap<(u16, String), usize> = BTreeMap::new();
        for (status, outcome) in [first, second, third] {
            *ended.entry((status.as_u16(), outcome)).or_default() += 1;
        }
        let expected = [((200, "unchanged".to_owned()), 2), ((201, "recorded".to_owned()), 1)];
        assert_eq!(ended, BTreeMap::from(expected), "round {round}");
    }
    assert_eq!(recorded(&one).await, before + ROUNDS as usize);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_values_at_once_are_recorded_once_in_a_file() {
    the_same_at_once(Place::file().filled().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_values_at_once_are_recorded_once_in_a_database() {
    the_same_at_once(Place::database().filled().await).await;
}

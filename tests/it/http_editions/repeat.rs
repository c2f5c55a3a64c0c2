//! Same question, same edition: the same bytes, whatever is published meanwhile, after a restart, and from a copied store.

use std::collections::BTreeMap;

use axum::body::Body;
use http::Method;
use http_body_util::BodyExt;
use onemap::{
    app::District,
    store::{StoreAddress, copy::copy_store},
};
use sha2::{Digest, Sha256};

use super::*;
use crate::{
    http_api::{service_of, some_unit},
    support::postgres::Database,
};

/// What is published after the digests were taken.
const PUBLISHES: u32 = 20;

/// SHA-256 of every answer.
async fn digests(service: &Service, questions: &[String], points: &str) -> BTreeMap<String, Vec<u8>> {
    let mut digests = BTreeMap::new();
    for question in questions {
        let response = match question.strip_prefix("POST ") {
            Some(path) => service.send(Method::POST, path, "application/x-ndjson", points.to_owned()).await,
            None => service.send(Method::GET, question, "", Body::empty()).await,
        };
        assert!(response.status().is_success(), "{question}: {}", response.status());
        let bytes = response.into_body().collect().await.expect("whole").to_bytes();
        digests.insert(question.clone(), Sha256::digest(&bytes).to_vec());
    }
    digests
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_question_to_the_same_edition_has_the_same_bytes() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("kept.gpkg");
    let (service, clock) = service().await;
    rename(&service, "甲", "").await;
    clock.advance(Duration::hours(1));
    let (lon, lat, code) = some_unit(&service).await;
    let mut questions = Vec::new();
    for edition in [1, 2] {
        for question in [
            format!("/lookup?lon={lon}&lat={lat}&accuracy_m=30&edition={edition}"),
            format!("/lookup?lon=119.01&lat=25.43&edition={edition}"),
            format!("POST /lookup?edition={edition}"),
            format!("/areas?q=zhjd&edition={edition}"),
            format!("/areas?level=community&limit=20&edition={edition}"),
            format!("/areas/{code}?edition={edition}"),
            format!("/areas/350304001?edition={edition}"),
            format!("/editions/{edition}/tiles/areas.json"),
        ] {
            questions.push(question);
        }
        for coord in crate::http_tiles::tiles_at(&service, 13) {
            questions.push(format!("/editions/{edition}/tiles/areas/{coord}"));
        }
    }
    questions.push(format!("/areas/350304001001?as_of={}&known_at={}", text(START), text(START)));
    questions.push("/editions/1/diff/2".to_owned());
    questions.push("/editions/1/crosswalk/2?format=csv".to_owned());
    questions.push("/editions/1/crosswalk/2?format=xlsx".to_owned());
    let points: String = (0..200)
        .map(|i| {
            format!("{{\"id\":{i},\"lon\":{},\"lat\":{}}}\n", lon + f64::from(i) * 1e-4, lat - f64::from(i) * 1e-4)
        })
        .collect();
    let before = digests(&service, &questions, &points).await;

    for number in 0..PUBLISHES {
        clock.advance(Duration::hours(1));
        let (status, report) = rename(&service, &format!("{number}"), "").await;
        assert_eq!(status, StatusCode::CREATED, "{report}");
    }
    assert_eq!(in_force(&service).await, u64::from(2 + PUBLISHES));
    assert_eq!(digests(&service, &questions, &points).await, before, "after the publishes");

    // The store is copied while nobody writes, and opened as by another process.
    service.app.finish().await;
    std::fs::copy(service.store_path(), &path).expect("a copy");
    let digests_of = async |address: &StoreAddress| {
        let district = District::open(address.clone(), None, clock.clone()).await.expect("a whole store");
        let folder = tempfile::tempdir().expect("a temporary folder");
        let again = service_of(district, AppOptions::default(), None, folder).await;
        let found = digests(&again, &questions, &points).await;
        again.app.finish().await;
        found
    };
    let file = StoreAddress::from(path.as_path());
    assert_eq!(digests_of(&file).await, before, "after a restart");

    let database = Database::new();
    let in_database = StoreAddress::from(database.url().as_str());
    copy_store(&file, &in_database, |_| ()).await.expect("a copy in a database");
    assert_eq!(digests_of(&in_database).await, before, "from a database");
    let back = StoreAddress::from(folder.path().join("back.gpkg").as_path());
    copy_store(&in_database, &back, |_| ()).await.expect("a copy in a file");
    assert_eq!(digests_of(&back).await, before, "from a copy of that");
}

//! What one service publishes the others serve.

use std::sync::Arc;

use onemap::{
    app::feed::{Happened, Next, Since, Subscriber},
    domain::duty::{Person, StaffLists},
    formats::moment::moment_text,
    store::Store,
};
use sqlx::Connection;
use time::macros::datetime;

use crate::support::staff;

use super::{
    line::{Line, Telephone},
    *,
};

both_stores! {
    a_publish_is_served_by_all
    a_scheduled_edition_takes_force_everywhere_at_its_time
    roster_and_places_are_followed_too
    no_answer_mixes_editions_while_twenty_are_published
}

/// What the feed says next, in short.
async fn next(subscriber: &mut Subscriber) -> String {
    match tokio::time::timeout(PATIENCE, subscriber.next()).await.expect("something happens") {
        Next::Event(event) => match &event.happened {
            Happened::EditionPublished { edition, .. } => format!("published {edition}"),
            Happened::EditionInForce { edition, .. } => format!("in force {edition}"),
            Happened::DutyChanged { edition, .. } => format!("duty {edition}"),
            Happened::IndicatorsChanged { change } => format!("values {change}"),
            Happened::TilesChanged { tileset, edition, .. } => format!("{} {edition}", tileset.id()),
        },
        other => format!("{other:?}"),
    }
}

/// Looks again so often that a file is followed soon.
const OFTEN: Duration = Duration::from_millis(100);

async fn a_publish_is_served_by_all(place: Place) {
    // A database rings; nobody looks again by himself.
    let poll = if matches!(place, Place::File(_)) { OFTEN } else { NEVER };
    let services = [place.service(poll).await, place.service(poll).await, place.service(poll).await];
    let mut feed = services[2].app.feed().subscribe(Since::Now).expect("a place");
    for number in 2..=4 {
        assert_eq!(publish(&services[number % 2], number as u32).await, number as u32);
        for service in &services {
            until("served", || served(service) == number as u32).await;
            let response = get(service, "/areas?level=street").await;
            assert_eq!(text_of(&response, "x-edition"), Some(number.to_string().as_str()));
            let page = json_of(response).await;
            assert!(street_names(&page).iter().all(|name| *name == format!("第{number}版街道")), "{page}");
        }
        assert_eq!(next(&mut feed).await, format!("published {number}"));
        assert_eq!(next(&mut feed).await, format!("in force {number}"));
        assert_eq!(next(&mut feed).await, format!("areas {number}"));
    }
    // Loaded by what differed, and equal to what a new process loads whole.
    let fresh = place.service(NEVER).await;
    let (_, mine) = services[2].get("/areas?limit=10000").await;
    assert_eq!(mine, fresh.get("/areas?limit=10000").await.1);
    for service in &services {
        service.app.finish().await;
    }
}

async fn a_scheduled_edition_takes_force_everywhere_at_its_time(place: Place) {
    let poll = if matches!(place, Place::File(_)) { OFTEN } else { NEVER };
    let clock = Clock::fixed(datetime!(2100-01-01 00:00 UTC));
    let at = || service_at(place.address(), poll, clock.clone());
    let (one, other) = (at().await, at().await);
    let mut feed = other.app.feed().subscribe(Since::Now).expect("a place");
    let from = clock.now() + time::Duration::hours(5);
    let (status, report) = rename(&one, 2, &format!("effective_from={}", moment_text(from))).await;
    assert_eq!(status, StatusCode::CREATED, "{report}");
    assert_eq!(next(&mut feed).await, "published 2");
    assert_eq!(served(&other), 1);
    let future = other.get("/areas?level=street&edition=2").await.1;
    assert!(street_names(&future).iter().all(|name| *name == "第2版街道"), "{future}");
    clock.advance(time::Duration::hours(5) - time::Duration::milliseconds(1));
    assert_eq!(served(&other), 1);
    clock.advance(time::Duration::milliseconds(1));
    assert_eq!(next(&mut feed).await, "in force 2");
    for service in [&one, &other] {
        until("in force", || served(service) == 2).await;
        service.app.finish().await;
    }
}

async fn roster_and_places_are_followed_too(place: Place) {
    let service = place.service(OFTEN).await;
    let mut feed = service.app.feed().subscribe(Since::Now).expect("a place");
    publish(&service, 2).await;
    for told in ["published 2", "in force 2", "areas 2"] {
        assert_eq!(next(&mut feed).await, told);
    }
    let (lon, lat) = points(&service).await[0];
    let path = format!("/lookup?lon={lon}&lat={lat}");
    let names = |answer: &Value| -> Vec<String> {
        let list = answer["responsible"].as_array().expect("a list");
        // Departments that answer as such keep their names.
        let people = list.iter().filter(|post| post["name"] != post["organisation"]);
        people.map(|post| post["name"].as_str().expect("a name").to_owned()).collect()
    };
    let before = names(&service.get(&path).await.1);
    assert!(!before.is_empty() && before == names(&service.get(&format!("{path}&edition=1")).await.1));

    // Another program writes.
    let district = District::open(place.address(), None, Clock::system()).await.expect("the store");
    let store = district.store();
    let renamed = |one: &Arc<Person>| Person { name: format!("新{}", one.name), ..Person::clone(one) };
    staff::change(store, |known| StaffLists {
        people: known.people().iter().map(renamed).collect(),
        ..StaffLists::default()
    })
    .await;
    let expected: Vec<String> = before.iter().map(|name| format!("新{name}")).collect();
    let began = Instant::now();
    while names(&service.get(&path).await.1) != expected {
        assert!(began.elapsed() < PATIENCE, "the roster is followed");
    }
    assert_eq!(names(&service.get(&format!("{path}&edition=1")).await.1), expected, "and that of past editions");
    assert_eq!(served(&service), 2);
    assert_eq!(next(&mut feed).await, "duty 2");
    store.replace_places(&[]).await.expect("no places");
    assert_eq!(next(&mut feed).await, "places 2");
    store.close().await.expect("closed");
    service.app.finish().await;
}

async fn no_answer_mixes_editions_while_twenty_are_published(place: Place) {
    let poll = if matches!(place, Place::File(_)) { OFTEN } else { NEVER };
    let (writer, reader) = (place.service(poll).await, place.service(poll).await);
    publish(&writer, 2).await;
    until("served", || served(&reader) == 2).await;
    let points = points(&reader).await;
    let batch = json!(points.iter().map(|(lon, lat)| json!({"lon": lon, "lat": lat})).collect::<Vec<_>>()).to_string();
    let reading = async {
        let (mut last, mut answers) = (0, 0_usize);
        while last < 22 {
            // A page of areas, a point, many points: each of one edition, and none older than the one before.
            let page = get(&reader, "/areas?level=street").await;
            let edition: u32 = text_of(&page, "x-edition").expect("an edition").parse().expect("a number");
            assert!(edition >= last, "{edition} after {last}");
            last = edition;
            let expected = format!("第{edition}版街道");
            let page = json_of(page).await;
            assert_eq!(page["edition"], json!(edition));
            assert!(street_names(&page).iter().all(|name| *name == expected), "edition {edition}: {page}");
            let (lon, lat) = points[answers % points.len()];
            let one = get(&reader, &format!("/lookup?lon={lon}&lat={lat}")).await;
            let edition: u32 = text_of(&one, "x-edition").expect("an edition").parse().expect("a number");
            let one = json_of(one).await;
            assert_eq!(
                (&one["edition"], &one["chain"][1]["name"]),
                (&json!(edition), &json!(format!("第{edition}版街道")))
            );
            let (_, many) = reader.post("/lookup", "application/json", batch.clone()).await;
            let name = json!(format!("第{}版街道", many["edition"]));
            let results = many["results"].as_array().expect("results");
            assert!(results.iter().all(|answer| answer["chain"][1]["name"] == name), "{many}");
            answers += 1;
            tokio::task::yield_now().await;
        }
        answers
    };
    let publishing = async {
        for number in 3..=22 {
            assert_eq!(publish(&writer, number).await, number);
        }
    };
    let (answers, ()) = tokio::join!(reading, publishing);
    assert!(answers > 20, "{answers} rounds of answers");
    writer.app.finish().await;
    reader.app.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_doorbell_that_is_lost_is_made_good_by_looking_again() {
    let place = Place::database().filled().await;
    let Place::Database(database) = &place else { unreachable!("made so") };
    let deaf = Telephone::to(&database.url(), Line::Deaf).await;
    let poll = Duration::from_millis(300);
    let (writer, reader) =
        (place.service(NEVER).await, service_at(deaf.url.as_str().into(), poll, Clock::system()).await);
    for number in 2..=4 {
        publish(&writer, number).await;
        until("served", || served(&reader) == number).await;
    }
    writer.app.finish().await;
    reader.app.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wire_that_is_cut_is_laid_again_at_once() {
    let place = Place::database().filled().await;
    let Place::Database(database) = &place else { unreachable!("made so") };
    let services = [place.service(NEVER).await, place.service(NEVER).await];
    for number in 2..=3 {
        // All of them: who listens, who reads, who writes.
        let mut surgeon = database.connect().await;
        sqlx::query(
            "select pg_terminate_backend(pid, 10000) from pg_stat_activity where datname = current_database() \
             and pid <> pg_backend_pid() and application_name = 'onemap'",
        )
        .fetch_all(&mut surgeon)
        .await
        .expect("cut");
        surgeon.close().await.expect("closed");
        let laid =
            "select count(*) from pg_stat_activity where datname = current_database() and application_name = 'onemap'";
        let began = Instant::now();
        while database.value::<i64>(laid).await < 2 {
            assert!(began.elapsed() < PATIENCE, "the wires are laid again, though nobody looks by himself");
        }
        assert!(services.iter().all(|service| service.app.staleness().seconds().is_none()), "nobody was away");
        publish(&services[0], number).await;
        for service in &services {
            until("served", || served(service) == number).await;
        }
    }
    for service in &services {
        service.app.finish().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_may_only_read_follows_and_refuses_writes() {
    let place = Place::database().filled().await;
    let Place::Database(database) = &place else { unreachable!("made so") };
    let reading = format!("{}?options[default_transaction_read_only]=on", database.url());
    let writer = place.service(NEVER).await;
    let reader = service_at(reading.as_str().into(), NEVER, Clock::system()).await;
    publish(&writer, 2).await;
    until("served", || served(&reader) == 2).await;
    let (status, problem) = rename(&reader, 3, "").await;
    assert_eq!((status, &problem["type"]), (StatusCode::SERVICE_UNAVAILABLE, &json!("/problems/unavailable")));
    assert!(problem["detail_zh"].as_str().expect("a detail").contains("只能读取"), "{problem}");
    let (status, _) = rename(&reader, 3, "dry_run=true").await;
    assert_eq!(status, StatusCode::OK, "a check writes nothing");
    assert_eq!(text_of(&get(&reader, "/profile").await, "x-data-stale"), None);
    writer.app.finish().await;
    reader.app.finish().await;
}

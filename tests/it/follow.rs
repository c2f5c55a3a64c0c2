//! Several services on one store: what one publishes all serve, and what is in memory is served while the store is away.

mod away;
mod line;
mod min_edition;
mod publish;
mod start;
mod values;

use std::time::{Duration, Instant};

use axum::{body::Body, response::Response};
use http::{Method, Request, StatusCode, header};
use http_body_util::BodyExt;
use onemap::{
    app::{
        AppOptions, District,
        demo::{Content, DemoPlan, generate},
    },
    clock::Clock,
    store::StoreAddress,
};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::{
    http_api::{Service, service_of},
    support::postgres::Database,
};

/// Longer than anything here takes, on a busy machine too.
const PATIENCE: Duration = Duration::from_secs(40);

/// So long that nothing is ever seen by looking again.
const NEVER: Duration = Duration::from_secs(3600);

/// Where a store lies that several services share.
enum Place {
    File(tempfile::TempDir),
    Database(Database),
}

impl Place {
    fn file() -> Self {
        Self::File(tempfile::tempdir().expect("a folder"))
    }

    fn database() -> Self {
        Self::Database(Database::new())
    }

    fn address(&self) -> StoreAddress {
        match self {
            Self::File(folder) => (&folder.path().join("一张图 shared.gpkg")).into(),
            Self::Database(database) => database.url().as_str().into(),
        }
    }

    /// The store with a small district as its first edition.
    async fn filled(self) -> Self {
        let district = District::open(self.address(), None, Clock::system()).await.expect("a new store");
        let plan = DemoPlan::new(300, 7, Content::Buildings).expect("a plan");
        district.adopt_demo(generate(&plan, &mut |_, _| {}), "演示").await.expect("a valid demo");
        self
    }

    async fn service(&self, poll: Duration) -> Service {
        service_at(self.address(), poll, Clock::system()).await
    }
}

async fn service_at(address: StoreAddress, poll: Duration, clock: Clock) -> Service {
    let district = District::open(address, None, clock).await.expect("a store");
    let folder = tempfile::tempdir().expect("a folder");
    service_of(district, AppOptions { poll, ..AppOptions::default() }, None, folder).await
}

/// Waits until something holds; how long that took.
async fn until(what: &str, mut holds: impl FnMut() -> bool) -> Duration {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < PATIENCE, "{what}: not within {PATIENCE:?}");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    began.elapsed()
}

fn served(service: &Service) -> u32 {
    service.app.served().snapshot.edition_number()
}

/// Publishes the streets, all named after the edition that comes of it; its number.
async fn publish(service: &Service, number: u32) -> u32 {
    let (status, report) = rename(service, number, "").await;
    assert_eq!(status, StatusCode::CREATED, "{report}");
    u32::try_from(report["edition"].as_u64().expect("a number")).expect("a small one")
}

async fn rename(service: &Service, number: u32, query: &str) -> (StatusCode, Value) {
    let lines = service.export("street", |_| format!("第{number}版街道"));
    service.post(&format!("/imports?author=t&{query}"), "application/geo+json-seq", lines).await
}

/// The answer to a GET with one more header.
async fn get_with(service: &Service, path: &str, name: &str, value: &str) -> Response {
    let request = Request::builder().method(Method::GET).uri(path).header(header::HOST, "127.0.0.1:8080");
    let request = request.header(name, value).body(Body::empty()).expect("a request");
    service.router.clone().oneshot(request).await.expect("an answer")
}

async fn get(service: &Service, path: &str) -> Response {
    service.send(Method::GET, path, "", Body::empty()).await
}

async fn json_of(response: Response) -> Value {
    let bytes = response.into_body().collect().await.expect("a whole body").to_bytes();
    serde_json::from_slice(&bytes).unwrap_or_else(|error| panic!("{error}: {bytes:?}"))
}

fn text_of<'a>(response: &'a Response, name: &str) -> Option<&'a str> {
    response.headers().get(name).map(|value| value.to_str().expect("ASCII"))
}

/// The names of all streets, as an answer of one request has them.
fn street_names(page: &Value) -> Vec<&str> {
    page["items"].as_array().expect("items").iter().map(|item| item["name"].as_str().expect("a name")).collect()
}

/// A few points inside of units.
async fn points(service: &Service) -> Vec<(f64, f64)> {
    let (_, page) = service.get("/areas?level=unit&limit=40").await;
    let at = |item: &Value, i: usize| item["label"][i].as_f64().expect("a number");
    page["items"].as_array().expect("items").iter().map(|item| (at(item, 0), at(item, 1))).collect()
}

/// A behaviour on a store of either kind.
macro_rules! both_stores {
    ($($behaviour:ident)*) => {
        mod file {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $behaviour() {
                    super::$behaviour(crate::follow::Place::file().filled().await).await;
                }
            )*
        }

        mod database {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $behaviour() {
                    super::$behaviour(crate::follow::Place::database().filled().await).await;
                }
            )*
        }
    };
}

use both_stores;

//! A private PostgreSQL for the tests of this binary, and databases in it, one for each test.

use std::{
    io::{BufRead, BufReader, Read},
    process::{Child, Command, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
};

use onemap::store::{PostgresStore, StoreAddress, address::PostgresUrl};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, postgres::PgConnectOptions};

/// Names a server that is there already, as a superuser reaches it; without it the tests start one of their own.
const SERVER_VARIABLE: &str = "ONEMAP_TEST_POSTGRES";

/// A server of one test's own, which ends when this is dropped.
pub struct OwnServer {
    /// The address of its superuser, in the database `postgres`.
    pub url: String,
    _stays: Child,
}

impl OwnServer {
    /// Starts one with `settings`, as `ssl=on`, and `environment` besides our own.
    pub fn start(settings: &[&str], environment: &[(&str, &str)]) -> Self {
        let (url, stays) = start(settings, environment);
        Self { url, _stays: stays }
    }

    /// Makes a database of this name with the extensions; its address.
    pub async fn make(&self, name: &str) -> String {
        let url = with_database(&self.url, name);
        self.run(&format!("create database {name}")).await;
        let made = run(&url, "create extension postgis; create extension btree_gist").await;
        made.unwrap_or_else(|error| panic!("{name}: {error}"));
        url
    }

    /// Runs statements as the superuser, in the database `postgres`.
    pub async fn run(&self, statements: &str) {
        run(&self.url, statements).await.unwrap_or_else(|error| panic!("{statements}: {error}"));
    }
}

/// The server of this binary.
struct Cluster {
    /// The address of its superuser, in the database `postgres`.
    url: String,
    /// A database with the extensions, to be copied.
    template: String,
    /// The server ends when the pipe to it is closed, which is when this process ends, however it ends.
    _stays: Option<Child>,
}

static CLUSTER: OnceLock<Cluster> = OnceLock::new();

/// The server, started by the first test that needs it.
fn cluster() -> &'static Cluster {
    CLUSTER.get_or_init(|| {
        #[expect(clippy::disallowed_methods, reason = "a switch of these tests, not a setting of the program")]
        let named = std::env::var(SERVER_VARIABLE).ok();
        let (url, stays) = named.map_or_else(
            || {
                let (url, stays) = start(&[], &[]);
                (url, Some(stays))
            },
            |url| (url, None),
        );
        let template = format!("onemap_template_{}", std::process::id());
        let made = in_thread({
            let (url, template) = (url.clone(), template.clone());
            async move {
                run(&url, &format!("create database {template} template template0 encoding 'UTF8'")).await?;
                run(&with_database(&url, &template), "create extension postgis; create extension btree_gist").await
            }
        });
        made.unwrap_or_else(|error| {
            panic!("{SERVER_VARIABLE} must name a superuser of a PostgreSQL with PostGIS: {error}")
        });
        Cluster { url, template, _stays: stays }
    })
}

fn start(settings: &[&str], environment: &[(&str, &str)]) -> (String, Child) {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/postgres.sh");
    let mut command = Command::new(script);
    command.args(settings).envs(environment.iter().copied());
    let started = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = started.unwrap_or_else(|error| panic!("{script}: {error}"));
    let mut url = String::new();
    BufReader::new(child.stdout.take().expect("a pipe")).read_line(&mut url).expect("a line");
    if url.is_empty() {
        let mut why = String::new();
        child.stderr.take().expect("a pipe").read_to_string(&mut why).expect("text");
        panic!("{script} starts no server; or name one in {SERVER_VARIABLE}: {why}");
    }
    (url.trim_end().to_owned(), child)
}

/// Runs `work` in a runtime of its own, wherever the caller is.
pub fn in_thread<T: Send>(work: impl Future<Output = T> + Send) -> T {
    let run = || tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(work);
    std::thread::scope(|scope| scope.spawn(run).join().expect("no panic"))
}

/// Runs statements in a connection of their own.
async fn run(url: &str, statements: &str) -> Result<(), sqlx::Error> {
    let mut connection = PgConnection::connect(url).await?;
    connection.execute(AssertSqlSafe(statements.to_owned())).await?;
    connection.close().await
}

fn with_database(url: &str, database: &str) -> String {
    let (server, _) = url.rsplit_once('/').expect("an address with a database");
    format!("{server}/{database}")
}

/// A database of its own; gone when it is dropped.
pub struct Database {
    name: String,
}

/// What a database is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// With the extensions.
    Ready,
    /// With nothing.
    Bare,
    /// With nothing, and in an encoding of one byte.
    Latin,
}

impl Database {
    /// An empty database with the extensions.
    pub fn new() -> Self {
        Self::of(Kind::Ready)
    }

    pub fn of(kind: Kind) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("onemap_test_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let template = match kind {
            Kind::Ready => cluster().template.clone(),
            Kind::Bare => "template0".to_owned(),
            Kind::Latin => "template0 encoding 'LATIN1'".to_owned(),
        };
        let create = format!("create database {name} template {template}");
        in_thread(run(&cluster().url, &create)).unwrap_or_else(|error| panic!("{create}: {error}"));
        Self { name }
    }

    /// Its address, of the superuser.
    pub fn url(&self) -> String {
        with_database(&cluster().url, &self.name)
    }

    /// Its address for another user.
    pub fn url_of(&self, user: &str, password: &str) -> String {
        let url = self.url();
        let (_, place) = url.rsplit_once('@').expect("an address with a user");
        format!("postgres://{user}:{password}@{place}")
    }

    pub fn address(&self) -> PostgresUrl {
        postgres_url(&self.url())
    }

    /// Its store.
    pub async fn open(&self) -> PostgresStore {
        PostgresStore::open(&self.address()).await.expect("a store")
    }

    /// Somebody else's connection.
    pub async fn connect(&self) -> PgConnection {
        let options: PgConnectOptions = self.url().parse().expect("an address");
        PgConnection::connect_with(&options).await.expect("a connection")
    }

    /// Runs statements as the superuser.
    pub async fn run(&self, statements: &str) {
        run(&self.url(), statements).await.unwrap_or_else(|error| panic!("{statements}: {error}"));
    }

    /// The one value of a query.
    pub async fn value<T>(&self, query: &str) -> T
    where
        T: for<'r> sqlx::Decode<'r, sqlx::Postgres> + sqlx::Type<sqlx::Postgres> + Send + Unpin,
    {
        let mut connection = self.connect().await;
        let value = sqlx::query_scalar(AssertSqlSafe(query.to_owned())).fetch_one(&mut connection).await;
        connection.close().await.expect("closed");
        value.unwrap_or_else(|error| panic!("{query}: {error}"))
    }

    pub fn name(&self) -> &str {
        &self.name
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let drop = format!("drop database {} with (force)", self.name);
        // The whole server is thrown away in the end; a test that failed has said so already.
        let _ = in_thread(run(&cluster().url, &drop));
    }
}

pub fn postgres_url(url: &str) -> PostgresUrl {
    match StoreAddress::from(url) {
        StoreAddress::Postgres(url) => url,
        StoreAddress::File(path) => panic!("{} is a file", path.display()),
    }
}

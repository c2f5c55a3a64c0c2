//! Opening a database: whose it is, a gate to write through, a gate to read through.

use std::time::Duration;

use sqlx::{ConnectOptions, Connection, PgConnection, postgres::PgConnectOptions};
use tokio::time::timeout;

use super::{gate::Gate, schema, server};
use crate::store::{StoreError, address::PostgresUrl};

/// How long the server has to answer who connects.
pub(super) const CONNECT_WAIT: Duration = Duration::from_secs(5);

/// How long a write waits for the write before it: longer than a publish of 450,000 areas takes.
const WRITER_WAIT: Duration = Duration::from_secs(120);

/// How many reads run at once; further ones wait.
const READERS: u32 = 4;

/// How long a read waits for its turn.
const READER_WAIT: Duration = Duration::from_secs(30);

/// What the server shows of a connection that its address does not name.
const APPLICATION: &str = "onemap";

/// The connections of a store.
#[derive(Debug, Clone)]
pub(super) struct Connections {
    /// What connections of their own are made with.
    pub(super) options: PgConnectOptions,
    /// One that writes.
    pub(super) writer: Gate,
    /// Those that read.
    pub(super) readers: Gate,
}

/// Opens the store in the database at `url`, makes it if the database is empty, and brings it up to date.
///
/// A database of another program is refused before anything is written.
pub(super) async fn open(url: &PostgresUrl) -> Result<Connections, StoreError> {
    let options = options(url)?;
    let mut connection = connect(&writing(&options)).await?;
    server::check(&mut connection, url).await?;
    schema::bring_up_to_date(&mut connection, url).await?;
    connection.close().await?;
    Ok(Connections::new(options))
}

impl Connections {
    /// Connections that are made when they are needed.
    pub(super) fn new(options: PgConnectOptions) -> Self {
        Self {
            writer: Gate::new(writing(&options), 1, WRITER_WAIT),
            readers: Gate::new(options.clone(), READERS, READER_WAIT),
            options,
        }
    }
}

/// What a connection that writes is made with.
fn writing(options: &PgConnectOptions) -> PgConnectOptions {
    options.clone().options([("lock_timeout", WRITER_WAIT.as_millis())])
}

/// What all connections are made with.
pub(super) fn options(url: &PostgresUrl) -> Result<PgConnectOptions, StoreError> {
    let options = url.options()?;
    let application = options.get_application_name().unwrap_or(APPLICATION).to_owned();
    // The driver would warn of every statement that takes a second, as reading a whole district may.
    let options = options.application_name(&application).disable_statement_logging();
    Ok(options.options([("timezone", "UTC"), ("client_min_messages", "warning")]))
}

/// A connection of its own, or why there is none, without waiting longer than [`CONNECT_WAIT`].
pub(super) async fn connect(options: &PgConnectOptions) -> Result<PgConnection, StoreError> {
    match timeout(CONNECT_WAIT, PgConnection::connect_with(options)).await {
        Ok(connected) => Ok(connected?),
        Err(_) => {
            let (host, port) = (options.get_host(), options.get_port());
            let why = format!("no answer from {host}:{port} within {} seconds", CONNECT_WAIT.as_secs());
            Err(StoreError::Unavailable(why.into()))
        }
    }
}

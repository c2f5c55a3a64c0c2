//! The migrations, and what a database must be to get them.

use sqlx::{Connection, PgConnection};

use super::columns::Columns;
use crate::store::{StoreError, address::PostgresUrl, error::expect_rows};

/// The migrations, the first one making version 1.
const MIGRATIONS: [&str; 5] = [
    include_str!("../../../migrations/postgres/0001_store.sql"),
    include_str!("../../../migrations/postgres/0002_edition_indexes.sql"),
    include_str!("../../../migrations/postgres/0003_duty.sql"),
    include_str!("../../../migrations/postgres/0004_places.sql"),
    include_str!("../../../migrations/postgres/0005_indicators.sql"),
];

/// The newest schema version that this program knows.
const KNOWN_VERSION: i64 = MIGRATIONS.len() as i64;

/// The advisory lock under which a schema is brought up to date: "onemap" in ASCII.
const SCHEMA_LOCK: i64 = 0x6f6e_656d_6170;

/// What a database turns out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Owner {
    /// There is nothing in it yet.
    Nobody,
    /// This program.
    Ours,
    /// Another program.
    Foreign,
}

/// Runs the migrations that are missing, one process at a time; where none is, nothing is written or locked.
pub(super) async fn bring_up_to_date(connection: &mut PgConnection, url: &PostgresUrl) -> Result<(), StoreError> {
    if version(connection, url).await? == KNOWN_VERSION {
        return Ok(());
    }
    let mut transaction = connection.begin_with("begin isolation level read committed").await?;
    let lock = sqlx::query(include_str!("../sql/postgres/lock_schema.sql"));
    lock.bind(SCHEMA_LOCK).execute(&mut *transaction).await?;
    // Another process may have done it meanwhile.
    let from = version(&mut transaction, url).await?;
    if from == 0 {
        create_extensions(&mut transaction).await?;
    }
    for (number, script) in (1_i64..).zip(MIGRATIONS) {
        if number <= from {
            continue;
        }
        sqlx::raw_sql(script).execute(&mut *transaction).await?;
        let set = sqlx::query(include_str!("../sql/postgres/set_schema_version.sql"));
        let done = set.bind(number).execute(&mut *transaction).await?;
        expect_rows(done.rows_affected(), 1, "schema version")?;
    }
    Ok(transaction.commit().await?)
}

/// Refuses a database that is not ours, an empty one included, and one of a newer program.
pub(super) async fn check_ours(connection: &mut PgConnection, url: &PostgresUrl) -> Result<(), StoreError> {
    match version(connection, url).await? {
        0 => Err(StoreError::Foreign(url.to_string())),
        _ => Ok(()),
    }
}

/// The version of the schema, 0 in an empty database; a foreign database and a newer version are refused.
async fn version(connection: &mut PgConnection, url: &PostgresUrl) -> Result<i64, StoreError> {
    match owner(connection).await? {
        Owner::Nobody => return Ok(0),
        Owner::Ours => {}
        Owner::Foreign => return Err(StoreError::Foreign(url.to_string())),
    }
    let select = sqlx::query_scalar(include_str!("../sql/postgres/schema_version.sql"));
    let found: i64 = select.fetch_one(connection).await?;
    if found > KNOWN_VERSION {
        return Err(StoreError::Newer { found, known: KNOWN_VERSION });
    }
    if found < 1 {
        return Err(StoreError::Inconsistent(format!("schema version {found}")));
    }
    Ok(found)
}

async fn owner(connection: &mut PgConnection) -> Result<Owner, StoreError> {
    let row = sqlx::query(include_str!("../sql/postgres/store_is_ours.sql")).fetch_one(connection).await?;
    let mut columns = Columns::of(&row);
    let (objects, ours): (i64, i64) = (columns.take()?, columns.take()?);
    Ok(match (objects, ours) {
        (0, _) => Owner::Nobody,
        (_, 1) => Owner::Ours,
        _ => Owner::Foreign,
    })
}

/// Makes the extensions that are missing, or says which one cannot be made.
async fn create_extensions(connection: &mut PgConnection) -> Result<(), StoreError> {
    let select = sqlx::query_scalar(include_str!("../sql/postgres/missing_extensions.sql"));
    let missing: Vec<String> = select.fetch_all(&mut *connection).await?;
    for name in missing {
        let create = match name.as_str() {
            "postgis" => include_str!("../sql/postgres/create_postgis.sql"),
            _ => include_str!("../sql/postgres/create_btree_gist.sql"),
        };
        if let Err(error) = sqlx::query(create).execute(&mut *connection).await {
            return Err(match error {
                sqlx::Error::Database(refusal) => StoreError::Extension { name, why: refusal.message().to_owned() },
                other => other.into(),
            });
        }
    }
    Ok(())
}

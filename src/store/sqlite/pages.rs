//! Long lists, read as pages of JSON: the driver takes longer for handing on a row than SQLite for putting it together.

use sqlx::{Sqlite, SqliteConnection, query::QueryAs, sqlite::SqliteArguments};

use crate::store::StoreError;

/// How many rows come at once: some hundred kilobytes.
const PAGE_ROWS: i64 = 1_000;

/// A statement that gives a page of JSON and the number of its last row.
pub(super) type Page<'q> = QueryAs<'q, Sqlite, (Option<String>, Option<i64>), SqliteArguments>;

/// A list whose rows are numbered from 1: `page` is bound to the number before a page and to how many rows it has at most, `rows`
/// reads it.
pub(super) async fn all<T>(
    connection: &mut SqliteConnection,
    page: impl Fn() -> Page<'static>,
    rows: impl Fn(&str) -> Result<Vec<T>, StoreError>,
) -> Result<Vec<T>, StoreError> {
    let (mut list, mut after) = (Vec::new(), 0);
    loop {
        let (text, last) = page().bind(after).bind(PAGE_ROWS).fetch_one(&mut *connection).await?;
        let (Some(text), Some(last)) = (text, last) else { return Ok(list) };
        list.append(&mut rows(&text)?);
        after = last;
    }
}

/// Whether a page could not be read as one, and is to be read column by column, to say which one is wrong.
pub(super) fn is_broken(error: &StoreError) -> bool {
    matches!(error, StoreError::Inconsistent(_))
}

/// What serde says of a page, as what is wrong with the store.
pub(super) fn unreadable(error: serde_json::Error) -> StoreError {
    StoreError::Inconsistent(format!("a page of rows: {error}"))
}

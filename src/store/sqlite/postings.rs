//! Postings.

use futures_util::TryStreamExt;
use sqlx::{SqlitePool, sqlite::SqliteConnection, sqlite::SqliteRow};

use super::{
    areas::code_of,
    columns::Columns,
    error::expect_rows,
    log::{self, Entry, OPERATOR},
};
use crate::{
    domain::duty::{Order, Phone, Posting},
    store::StoreError,
};

/// All postings, in the order in which they were given.
pub(super) async fn all(readers: &SqlitePool) -> Result<Vec<Posting>, StoreError> {
    let mut rows = sqlx::query(include_str!("../sql/sqlite/postings.sql")).fetch(readers);
    let mut postings = Vec::new();
    while let Some(row) = rows.try_next().await? {
        postings.push(posting_of(&row)?);
    }
    Ok(postings)
}

/// Replaces all postings; within the transaction of `connection`.
pub(super) async fn replace(connection: &mut SqliteConnection, postings: &[Posting]) -> Result<(), StoreError> {
    sqlx::query(include_str!("../sql/sqlite/delete_postings.sql")).execute(&mut *connection).await?;
    for (ordinal, posting) in (1_i64..).zip(postings) {
        let done = sqlx::query(include_str!("../sql/sqlite/insert_posting.sql"))
            .bind(ordinal)
            .bind(posting.area.to_string())
            .bind(posting.role.clone())
            .bind(posting.order.id())
            .bind(posting.name.clone())
            .bind(posting.phone.0.clone())
            .bind(posting.organisation.clone())
            .execute(&mut *connection)
            .await?;
        expect_rows(done.rows_affected(), 1, "posting")?;
    }
    let summary = format!("{} postings", postings.len());
    let entry = Entry { at: None, actor: OPERATOR, kind: "postings", edition: None, summary: &summary };
    log::append(connection, entry).await
}

fn posting_of(row: &SqliteRow) -> Result<Posting, StoreError> {
    let mut columns = Columns::of(row);
    let (area, role, order) = (code_of(columns.take()?)?, columns.take()?, columns.take()?);
    Ok(Posting {
        area,
        role,
        order: Order::from_id(order).ok_or_else(|| StoreError::Inconsistent(format!("posting order {order:?}")))?,
        name: columns.take()?,
        phone: Phone(columns.take()?),
        organisation: columns.take()?,
    })
}

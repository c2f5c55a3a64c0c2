//! Postings.

use futures_util::TryStreamExt;
use sqlx::{PgConnection, postgres::PgRow};

use super::{
    areas::code_of,
    batch::BATCH_ROWS,
    columns::Columns,
    log::{self, Entry, OPERATOR},
};
use crate::{
    domain::duty::{Order, Phone, Posting},
    store::{StoreError, error::expect_rows},
};

/// All postings, in the order in which they were given.
pub(super) async fn all(connection: &mut PgConnection) -> Result<Vec<Posting>, StoreError> {
    let mut rows = sqlx::query(include_str!("../sql/postgres/postings.sql")).fetch(connection);
    let mut postings = Vec::new();
    while let Some(row) = rows.try_next().await? {
        postings.push(posting_of(&row)?);
    }
    Ok(postings)
}

/// Replaces all postings; within the transaction of `connection`.
pub(super) async fn replace(connection: &mut PgConnection, postings: &[Posting]) -> Result<(), StoreError> {
    sqlx::query(include_str!("../sql/postgres/delete_postings.sql")).execute(&mut *connection).await?;
    let mut first = 1_i64;
    for batch in postings.chunks(BATCH_ROWS) {
        let column = |text: fn(&Posting) -> &str| batch.iter().map(text).collect::<Vec<_>>();
        let done = sqlx::query(include_str!("../sql/postgres/insert_postings.sql"))
            .bind((first..).take(batch.len()).collect::<Vec<_>>())
            .bind(column(|posting| posting.area.as_str()))
            .bind(column(|posting| &posting.role))
            .bind(column(|posting| posting.order.id()))
            .bind(column(|posting| &posting.name))
            .bind(column(|posting| &posting.phone.0))
            .bind(column(|posting| &posting.organisation))
            .execute(&mut *connection)
            .await?;
        expect_rows(done.rows_affected(), batch.len() as u64, "postings")?;
        first += batch.len() as i64;
    }
    let summary = format!("{} postings", postings.len());
    let entry = Entry { at: None, actor: OPERATOR, kind: "postings", edition: None, summary: &summary };
    log::append(connection, entry).await
}

fn posting_of(row: &PgRow) -> Result<Posting, StoreError> {
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

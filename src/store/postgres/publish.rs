//! Publishing: all of a draft in one transaction, or nothing of it.

use std::collections::HashMap;

use futures_util::TryStreamExt;
use sqlx::{PgConnection, Row};

use super::{
    areas::{code_of, level_of},
    batch::{BATCH_BYTES, BATCH_ROWS, batches},
    columns::Columns,
    editions,
    log::{self, Entry},
};
use crate::{
    domain::{
        area::{AreaCode, Edition, EditionNumber, Level, ResponsibleBody},
        redraw::{AreaChange, Cause, ValidDraft},
    },
    formats::wkb::multi_polygon_wkb,
    store::{
        Imprint, PublishError, StoreError,
        error::expect_rows,
        publishing::{edition_of, summary_of},
        words::figures_word,
    },
};

/// Writes the edition after the base of `draft`; within the transaction of `connection`, which the caller commits.
pub(super) async fn write(
    connection: &mut PgConnection,
    draft: &ValidDraft,
    imprint: &Imprint,
) -> Result<Edition, PublishError> {
    let changes = draft.changes();
    let number = take_edition(connection, draft.base()).await?;
    let edition = edition_of(number, imprint)?;
    editions::insert(connection, &edition).await?;
    close(connection, draft.retired(), number).await?;
    let numbers = number_all(connection, changes, number).await?;
    let mut rows = Vec::with_capacity(changes.len());
    for change in changes {
        rows.push(NewRow { change, area_id: numbers.of(&change.area.code)?.0, parent_id: numbers.parent(change)? });
    }
    let rows = rows.into_iter().map(|row| (multi_polygon_wkb(&row.change.area.geometry), row));
    for batch in batches(rows, BATCH_ROWS, BATCH_BYTES, |(wkb, _)| wkb.len()) {
        insert(connection, number, batch).await?;
    }
    let summary = summary_of(draft);
    let entry = Entry {
        at: Some(edition.published_at),
        actor: &edition.author,
        kind: "edition",
        edition: Some(number),
        summary: &summary,
    };
    log::append(connection, entry).await?;
    Ok(edition)
}

/// Compare-and-swap on the head.
async fn take_edition(connection: &mut PgConnection, base: EditionNumber) -> Result<EditionNumber, PublishError> {
    let number = |value: i64| {
        EditionNumber::try_from(value).map_err(|_| StoreError::Inconsistent(format!("the head is edition {value}")))
    };
    let taken: Option<i64> = sqlx::query_scalar(include_str!("../sql/postgres/take_edition.sql"))
        .bind(i64::from(base))
        .fetch_optional(&mut *connection)
        .await?;
    if let Some(taken) = taken {
        return Ok(number(taken)?);
    }
    let found = sqlx::query_scalar(include_str!("../sql/postgres/head_number.sql")).fetch_one(connection).await?;
    Err(PublishError::Stale { expected: base, found: number(found)? })
}

/// Number and level by code, of all that a publish writes and of their parents.
struct Numbers(HashMap<AreaCode, (i64, Level)>);

impl Numbers {
    fn of(&self, code: &AreaCode) -> Result<(i64, Level), StoreError> {
        let found = self.0.get(code).copied();
        found.ok_or_else(|| StoreError::Inconsistent(format!("the draft names {code}, which is not in the head")))
    }

    /// The number of the parent of a changed area.
    fn parent(&self, change: &AreaChange) -> Result<Option<i64>, StoreError> {
        let Some(code) = &change.area.parent else { return Ok(None) };
        match self.0.get(code) {
            Some((area_id, level)) if usize::from(level.0) + 1 == usize::from(change.area.level.0) => {
                Ok(Some(*area_id))
            }
            _ => {
                Err(StoreError::Inconsistent(format!("the draft names {code} as a parent, which is not one level up")))
            }
        }
    }
}

/// Gives numbers to new areas, ends the rows of changed ones, and looks up parents that stand.
async fn number_all(
    connection: &mut PgConnection,
    changes: &[AreaChange],
    edition: EditionNumber,
) -> Result<Numbers, StoreError> {
    let (created, standing): (Vec<&AreaChange>, Vec<&AreaChange>) =
        changes.iter().partition(|change| change.cause == Cause::Created);
    let codes: Vec<AreaCode> = standing.iter().map(|change| change.area.code).collect();
    let levels: HashMap<AreaCode, Level> =
        standing.iter().map(|change| (change.area.code, change.area.level)).collect();
    let closed = close(connection, &codes, edition).await?;
    let mut numbers: HashMap<AreaCode, (i64, Level)> =
        closed.into_iter().map(|(code, area_id)| (code, (area_id, levels[&code]))).collect();
    let last: i64 = sqlx::query_scalar(include_str!("../sql/postgres/take_area_ids.sql"))
        .bind(created.len() as i64)
        .fetch_one(&mut *connection)
        .await?;
    for (area_id, change) in (last - created.len() as i64 + 1..).zip(created) {
        numbers.insert(change.area.code, (area_id, change.area.level));
    }
    let parents = changes.iter().filter_map(|change| change.area.parent);
    let mut missing: Vec<String> =
        parents.filter(|code| !numbers.contains_key(code)).map(|code| code.to_string()).collect();
    missing.sort_unstable();
    missing.dedup();
    let mut rows = sqlx::query(include_str!("../sql/postgres/head_areas.sql")).bind(missing).fetch(&mut *connection);
    while let Some(row) = rows.try_next().await? {
        let mut columns = Columns::of(&row);
        let code = code_of(columns.take()?)?;
        numbers.insert(code, (columns.take()?, level_of(columns.take()?)?));
    }
    Ok(Numbers(numbers))
}

/// Ends the head rows of codes; the numbers of their areas, which the next rows keep.
async fn close(
    connection: &mut PgConnection,
    codes: &[AreaCode],
    edition: EditionNumber,
) -> Result<Vec<(AreaCode, i64)>, StoreError> {
    let closed = sqlx::query(include_str!("../sql/postgres/close_areas.sql"))
        .bind(codes.iter().map(|code| code.to_string()).collect::<Vec<_>>())
        .bind(i64::from(edition))
        .fetch_all(connection)
        .await?;
    expect_rows(closed.len() as u64, codes.len() as u64, "areas of the head that the draft changes")?;
    closed.iter().map(|row| Ok((code_of(row.try_get(0)?)?, row.try_get(1)?))).collect()
}

/// A row to be written.
struct NewRow<'a> {
    change: &'a AreaChange,
    area_id: i64,
    parent_id: Option<i64>,
}

async fn insert(
    connection: &mut PgConnection,
    edition: EditionNumber,
    rows: Vec<(Vec<u8>, NewRow<'_>)>,
) -> Result<(), StoreError> {
    let count = rows.len() as u64;
    let (outlines, rows): (Vec<Vec<u8>>, Vec<NewRow<'_>>) = rows.into_iter().unzip();
    let bodies: Vec<Option<&ResponsibleBody>> = rows.iter().map(|row| row.change.area.body.as_ref()).collect();
    let of_body = |text: fn(&ResponsibleBody) -> Option<&str>| -> Vec<Option<&str>> {
        bodies.iter().map(|body| body.and_then(text)).collect()
    };
    let changes: Vec<&AreaChange> = rows.iter().map(|row| row.change).collect();
    let done = sqlx::query(include_str!("../sql/postgres/insert_areas.sql"))
        .bind(i64::from(edition))
        .bind(rows.iter().map(|row| row.area_id).collect::<Vec<_>>())
        .bind(changes.iter().map(|change| change.area.code.as_str()).collect::<Vec<_>>())
        .bind(changes.iter().map(|change| i16::from(change.area.level.0)).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.parent_id).collect::<Vec<_>>())
        .bind(changes.iter().map(|change| change.area.name.as_str()).collect::<Vec<_>>())
        .bind(changes.iter().map(|change| change.area.kind.id()).collect::<Vec<_>>())
        .bind(changes.iter().map(|change| change.area.branch.as_deref()).collect::<Vec<_>>())
        .bind(changes.iter().map(|change| change.area.households.map(i64::from)).collect::<Vec<_>>())
        .bind(changes.iter().map(|change| change.area.residents.map(i64::from)).collect::<Vec<_>>())
        .bind(changes.iter().map(|change| figures_word(change.area.figures)).collect::<Vec<_>>())
        .bind(of_body(|body| Some(body.name.as_str())))
        .bind(of_body(|body| body.credit_code.as_deref()))
        .bind(of_body(|body| body.leader.as_deref()))
        .bind(of_body(|body| body.duty_phone.as_deref()))
        .bind(changes.iter().map(|change| change.area_m2).collect::<Vec<_>>())
        .bind(changes.iter().map(|change| change.label.lon()).collect::<Vec<_>>())
        .bind(changes.iter().map(|change| change.label.lat()).collect::<Vec<_>>())
        .bind(changes.iter().map(|change| change.cause.id()).collect::<Vec<_>>())
        .bind(changes.iter().map(|change| change.digest.to_vec()).collect::<Vec<_>>())
        .bind(outlines)
        .execute(connection)
        .await?;
    expect_rows(done.rows_affected(), count, "areas")
}

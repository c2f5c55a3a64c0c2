//! Publishing: all of a draft in one transaction, or nothing of it.

use std::collections::HashMap;

use sqlx::{Row, SqliteConnection};

use super::{
    columns::Columns,
    editions,
    error::expect_rows,
    log::{self, Entry},
    stamp,
    words::figures_word,
};
use crate::{
    domain::{
        area::{AreaCode, Edition, EditionNumber, Level},
        geometry::Extent,
        redraw::{AreaChange, Cause, ValidDraft},
    },
    formats::gpkg_geometry::multi_polygon_blob,
    store::{
        Imprint, PublishError, StoreError,
        publishing::{edition_of, summary_of},
    },
};

/// Writes the edition after the base of `draft`; within the transaction of `connection`, which the caller commits.
///
/// The changes come coarse levels first, so that parents have their numbers before children ask.
pub(super) async fn write(
    connection: &mut SqliteConnection,
    draft: &ValidDraft,
    imprint: &Imprint,
) -> Result<Edition, PublishError> {
    let changes = draft.changes();
    let number = take_edition(connection, draft.base()).await?;
    let edition = edition_of(number, imprint)?;
    editions::insert(connection, &edition).await?;
    for code in draft.retired() {
        close(connection, code, number).await?;
    }
    let mut numbers = Numbers::take(connection, changes).await?;
    let mut extents: HashMap<Level, Extent> = HashMap::new();
    for change in changes {
        let area_id = match change.cause {
            Cause::Created => numbers.next_new(),
            Cause::Changed | Cause::Noded => close(connection, &change.area.code, number).await?,
        };
        let parent_id = match &change.area.parent {
            Some(parent) => Some(numbers.parent(connection, parent, change.area.level).await?),
            None => None,
        };
        numbers.known.insert(change.area.code, (area_id, change.area.level));
        insert(connection, change, area_id, number, parent_id).await?;
        if let Some(extent) = change.area.geometry.extent() {
            extents.entry(change.area.level).and_modify(|all| *all = all.union(extent)).or_insert(extent);
        }
    }
    update_layers(connection, &edition, &extents).await?;
    let summary = summary_of(draft);
    let entry = Entry {
        at: Some(&stamp::stamp(edition.published_at)?),
        actor: &edition.author,
        kind: "edition",
        edition: Some(number),
        summary: &summary,
    };
    log::append(connection, entry).await?;
    Ok(edition)
}

/// Compare-and-swap on the head.
async fn take_edition(connection: &mut SqliteConnection, base: EditionNumber) -> Result<EditionNumber, PublishError> {
    let taken = sqlx::query_scalar(include_str!("../sql/sqlite/take_edition.sql"))
        .bind(base)
        .fetch_optional(&mut *connection)
        .await?;
    if let Some(number) = taken {
        return Ok(number);
    }
    let found = sqlx::query_scalar(include_str!("../sql/sqlite/head_number.sql")).fetch_one(connection).await?;
    Err(PublishError::Stale { expected: base, found })
}

/// Numbers of areas within one publish.
struct Numbers {
    /// The last one that was given out of those taken for new areas.
    last_given: i64,
    /// Number and level by code, of what this publish has written or asked for.
    known: HashMap<AreaCode, (i64, Level)>,
}

impl Numbers {
    /// Takes as many new numbers as areas are created.
    async fn take(connection: &mut SqliteConnection, changes: &[AreaChange]) -> Result<Self, StoreError> {
        let created = changes.iter().filter(|change| change.cause == Cause::Created).count() as i64;
        let last_taken: i64 = sqlx::query_scalar(include_str!("../sql/sqlite/take_area_ids.sql"))
            .bind(created)
            .fetch_one(connection)
            .await?;
        Ok(Self { last_given: last_taken - created, known: HashMap::with_capacity(changes.len()) })
    }

    fn next_new(&mut self) -> i64 {
        self.last_given += 1;
        self.last_given
    }

    /// The number of the parent of an area of `level`: written just now, or standing in the head.
    async fn parent(
        &mut self,
        connection: &mut SqliteConnection,
        code: &AreaCode,
        level: Level,
    ) -> Result<i64, StoreError> {
        let known = match self.known.get(code) {
            Some(known) => Some(*known),
            None => standing(connection, code).await?,
        };
        match known {
            Some((area_id, found)) if usize::from(found.0) + 1 == usize::from(level.0) => {
                self.known.insert(*code, (area_id, found));
                Ok(area_id)
            }
            _ => {
                Err(StoreError::Inconsistent(format!("the draft names {code} as a parent, which is not one level up")))
            }
        }
    }
}

/// Number and level of an area of the head.
async fn standing(connection: &mut SqliteConnection, code: &AreaCode) -> Result<Option<(i64, Level)>, StoreError> {
    let row = sqlx::query(include_str!("../sql/sqlite/head_area_id.sql"))
        .bind(code.to_string())
        .fetch_optional(connection)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let mut columns = Columns::of(&row);
    Ok(Some((columns.take()?, Level(columns.take()?))))
}

/// Ends the head row of a code, and returns the number of the area, which the next row keeps.
async fn close(connection: &mut SqliteConnection, code: &AreaCode, number: EditionNumber) -> Result<i64, StoreError> {
    let closed = sqlx::query(include_str!("../sql/sqlite/close_area.sql"))
        .bind(code.to_string())
        .bind(number)
        .fetch_optional(connection)
        .await?;
    match closed {
        Some(row) => Ok(row.try_get(0)?),
        None => Err(StoreError::Inconsistent(format!("the draft changes or retires {code}, which is not in the head"))),
    }
}

async fn insert(
    connection: &mut SqliteConnection,
    change: &AreaChange,
    area_id: i64,
    number: EditionNumber,
    parent_id: Option<i64>,
) -> Result<(), StoreError> {
    let area = &change.area;
    let body = area.body.as_ref();
    let done = sqlx::query(include_str!("../sql/sqlite/insert_area.sql"))
        .bind(area_id)
        .bind(number)
        .bind(area.code.to_string())
        .bind(area.level.0)
        .bind(parent_id)
        .bind(area.name.clone())
        .bind(area.kind.id())
        .bind(area.branch.clone())
        .bind(area.households)
        .bind(area.residents)
        .bind(figures_word(area.figures))
        .bind(body.map(|body| body.name.clone()))
        .bind(body.and_then(|body| body.credit_code.clone()))
        .bind(body.and_then(|body| body.leader.clone()))
        .bind(body.and_then(|body| body.duty_phone.clone()))
        .bind(change.area_m2)
        .bind(change.label.lon())
        .bind(change.label.lat())
        .bind(change.cause.id())
        .bind(change.digest.to_vec())
        .bind(multi_polygon_blob(&area.geometry))
        .execute(connection)
        .await?;
    expect_rows(done.rows_affected(), 1, "area")
}

/// Grows the layers' extents. They only grow: GeoPackage calls them informative, and shrinking would read all rows.
async fn update_layers(
    connection: &mut SqliteConnection,
    edition: &Edition,
    extents: &HashMap<Level, Extent>,
) -> Result<(), StoreError> {
    for (level, extent) in extents {
        let [west, south, east, north] = extent.to_degrees();
        let grow = sqlx::query(include_str!("../sql/sqlite/grow_layer.sql")).bind(level.0);
        let done = grow.bind(west).bind(south).bind(east).bind(north).execute(&mut *connection).await?;
        expect_rows(done.rows_affected(), 1, "layer")?;
    }
    let touch = sqlx::query(include_str!("../sql/sqlite/touch_layers.sql"));
    touch.bind(stamp::stamp(edition.published_at)?).execute(connection).await?;
    Ok(())
}

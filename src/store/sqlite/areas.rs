//! Reading areas.

use std::borrow::Cow;

use futures_util::TryStreamExt;
use serde::Deserialize;
use sqlx::{Row, SqlitePool, sqlite::SqliteRow};

use super::{
    columns::Columns,
    words::{figures_of_word, kind_of_word},
};
use crate::{
    domain::{
        area::{Area, AreaChanges, AreaCode, AreaId, EditionNumber, Level, PutArea, ResponsibleBody},
        geometry::{MultiPolygon, Position},
    },
    formats::gpkg_geometry::multi_polygon_from_blob,
    store::{
        ListedArea, RetiredArea, StoreError, StoredArea,
        assembly::{Assembly, broken},
    },
};

/// The areas of an edition, sorted by level and code.
pub(super) async fn of_edition(readers: &SqlitePool, edition: EditionNumber) -> Result<Vec<StoredArea>, StoreError> {
    match packed_of_edition(readers, edition).await {
        Ok(areas) => Ok(areas),
        // Column by column it is said which one is wrong.
        Err(_) => plain_of_edition(readers, edition).await,
    }
}

/// The same from few values a row, which is most of the time of a start.
async fn packed_of_edition(readers: &SqlitePool, edition: EditionNumber) -> Result<Vec<StoredArea>, StoreError> {
    let mut rows = sqlx::query(include_str!("../sql/sqlite/areas_of_edition_packed.sql")).bind(edition).fetch(readers);
    let mut areas = Assembly::default();
    while let Some(row) = rows.try_next().await? {
        let mut columns = Columns::of(&row);
        let packed: Packed<'_> = serde_json::from_str(columns.take()?)
            .map_err(|error| StoreError::Inconsistent(format!("a row of areas: {error}")))?;
        let parent_id = packed.4;
        areas.push(packed.stored(&mut columns)?, parent_id)?;
    }
    Ok(areas.finish())
}

/// An area as `areas_of_edition_packed.sql` packs it.
#[derive(Deserialize)]
struct Packed<'r>(
    i64,
    EditionNumber,
    #[serde(borrow)] Cow<'r, str>,
    u8,
    Option<i64>,
    String,
    Option<Cow<'r, str>>,
    Option<String>,
    Option<u32>,
    Option<u32>,
    #[serde(borrow)] Cow<'r, str>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
    i32,
    i32,
);

impl Packed<'_> {
    /// The area without its parent; three columns are left.
    fn stored(self, columns: &mut Columns<'_>) -> Result<StoredArea, StoreError> {
        let Self(id, from_edition, code, level, _, name, kind, branch, households, residents, figures, ..) = self;
        let Self(.., body_name, credit_code, leader, duty_phone, label_lon, label_lat) = self;
        let code = code_of(&code)?;
        let body = body_name.map(|name| Box::new(ResponsibleBody { name, credit_code, leader, duty_phone }));
        let area = Area {
            id: AreaId(id),
            from_edition,
            code,
            level: Level(level),
            parent: None,
            name,
            kind: kind_of_word(kind.as_deref()).ok_or_else(|| broken(&code, "has an unknown kind"))?,
            branch,
            households,
            residents,
            figures: figures_of_word(&figures).ok_or_else(|| broken(&code, "has figures of unknown source"))?,
            body,
            area_m2: columns.take()?,
            label: label_of(&code, label_lon, label_lat)?,
            digest: digest_of(&code, columns)?,
        };
        Ok(StoredArea { geometry: geometry_of(&code, columns)?, area })
    }
}

/// The same column by column.
async fn plain_of_edition(readers: &SqlitePool, edition: EditionNumber) -> Result<Vec<StoredArea>, StoreError> {
    let mut rows = sqlx::query(include_str!("../sql/sqlite/areas_of_edition.sql")).bind(edition).fetch(readers);
    let mut areas = Assembly::default();
    while let Some(row) = rows.try_next().await? {
        let (stored, parent_id) = area_of(&row)?;
        areas.push(stored, parent_id)?;
    }
    Ok(areas.finish())
}

/// What one edition has that another has not, and which areas of the other are not in it.
pub(super) async fn changes(
    readers: &SqlitePool,
    from: EditionNumber,
    to: EditionNumber,
) -> Result<AreaChanges, StoreError> {
    // One state of the store, also when somebody publishes between the two statements.
    let mut transaction = readers.begin().await?;
    let mut changes = AreaChanges::default();
    let mut rows =
        sqlx::query(include_str!("../sql/sqlite/areas_put.sql")).bind(from).bind(to).fetch(&mut *transaction);
    while let Some(row) = rows.try_next().await? {
        let (StoredArea { area, geometry }, parent) = area_of(&row)?;
        changes.put.push((PutArea { area, parent: parent.map(AreaId) }, geometry));
    }
    drop(rows);
    let gone = sqlx::query_scalar(include_str!("../sql/sqlite/areas_gone.sql")).bind(from).bind(to);
    changes.gone = gone.fetch_all(&mut *transaction).await?.into_iter().map(AreaId).collect();
    Ok(changes)
}

/// Codes and numbers of the areas of an edition.
pub(super) async fn ids_of_edition(
    readers: &SqlitePool,
    edition: EditionNumber,
) -> Result<Vec<(String, AreaId)>, StoreError> {
    let mut rows = sqlx::query(include_str!("../sql/sqlite/area_ids_of_edition.sql")).bind(edition).fetch(readers);
    let mut ids = Vec::new();
    while let Some(row) = rows.try_next().await? {
        ids.push((row.try_get(0)?, AreaId(row.try_get(1)?)));
    }
    Ok(ids)
}

/// The areas of an edition without outlines and figures.
pub(super) async fn listed(readers: &SqlitePool, edition: EditionNumber) -> Result<Vec<ListedArea>, StoreError> {
    let mut rows = sqlx::query(include_str!("../sql/sqlite/area_facts_of_edition.sql")).bind(edition).fetch(readers);
    let mut areas = Vec::new();
    while let Some(row) = rows.try_next().await? {
        let mut columns = Columns::of(&row);
        let (id, code) = (AreaId(columns.take()?), code_of(columns.take()?)?);
        let (name, level) = (columns.take()?, Level(columns.take()?));
        let kind = kind_of_word(columns.take()?).ok_or_else(|| broken(&code, "has an unknown kind"))?;
        let (branch, has_body) = (columns.take()?, columns.take()?);
        areas.push(ListedArea { id, code, name, level, kind, branch, has_body });
    }
    Ok(areas)
}

/// Codes that were in force before an edition and are not any more.
pub(super) async fn retired_codes(readers: &SqlitePool, edition: EditionNumber) -> Result<Vec<String>, StoreError> {
    let select = sqlx::query_scalar(include_str!("../sql/sqlite/retired_codes.sql"));
    Ok(select.bind(edition).fetch_all(readers).await?)
}

/// The area that a code named last before an edition.
pub(super) async fn retired_area(
    readers: &SqlitePool,
    code: &str,
    edition: EditionNumber,
) -> Result<Option<RetiredArea>, StoreError> {
    let select = sqlx::query(include_str!("../sql/sqlite/retired_area.sql"));
    let Some(row) = select.bind(code.to_owned()).bind(edition).fetch_optional(readers).await? else { return Ok(None) };
    let mut columns = Columns::of(&row);
    let code = code_of(columns.take()?)?;
    Ok(Some(RetiredArea {
        code,
        level: Level(columns.take()?),
        name: columns.take()?,
        retired_in: columns.take()?,
        geometry: multi_polygon_from_blob(columns.take()?)
            .map_err(|error| broken(&code, &format!("has a broken outline: {}", error.en)))?,
    }))
}

/// An area without its parent, and the number of that.
fn area_of(row: &SqliteRow) -> Result<(StoredArea, Option<i64>), StoreError> {
    let mut columns = Columns::of(row);
    let id = AreaId(columns.take()?);
    let from_edition = columns.take()?;
    let code = code_of(columns.take()?)?;
    let level = Level(columns.take()?);
    let parent_id = columns.take()?;
    let area = Area {
        id,
        from_edition,
        code,
        level,
        parent: None,
        name: columns.take()?,
        kind: kind_of_word(columns.take()?).ok_or_else(|| broken(&code, "has an unknown kind"))?,
        branch: columns.take()?,
        households: columns.take()?,
        residents: columns.take()?,
        figures: figures_of_word(columns.take()?).ok_or_else(|| broken(&code, "has figures of unknown source"))?,
        body: body_of(&mut columns)?,
        area_m2: columns.take()?,
        label: label_of(&code, columns.take()?, columns.take()?)?,
        digest: digest_of(&code, &mut columns)?,
    };
    Ok((StoredArea { geometry: geometry_of(&code, &mut columns)?, area }, parent_id))
}

fn label_of(code: &str, lon: i32, lat: i32) -> Result<Position, StoreError> {
    Position::new(lon, lat).ok_or_else(|| broken(code, "has its label outside the world"))
}

fn digest_of(code: &str, columns: &mut Columns<'_>) -> Result<[u8; 32], StoreError> {
    columns.take::<&[u8]>()?.try_into().map_err(|_| broken(code, "has a digest of another length"))
}

fn geometry_of(code: &str, columns: &mut Columns<'_>) -> Result<MultiPolygon, StoreError> {
    multi_polygon_from_blob(columns.take()?)
        .map_err(|error| broken(code, &format!("has a broken outline: {}", error.en)))
}

/// The four columns of a responsible body, which has a name, if it is there at all.
fn body_of(columns: &mut Columns<'_>) -> Result<Option<Box<ResponsibleBody>>, StoreError> {
    let name: Option<String> = columns.take()?;
    let (credit_code, leader, duty_phone) = (columns.take()?, columns.take()?, columns.take()?);
    Ok(name.map(|name| Box::new(ResponsibleBody { name, credit_code, leader, duty_phone })))
}

/// A code as a column holds it.
pub(super) fn code_of(text: &str) -> Result<AreaCode, StoreError> {
    AreaCode::new(text).map_err(|error| StoreError::Inconsistent(error.to_string()))
}

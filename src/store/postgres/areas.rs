//! Reading areas.

use futures_util::TryStreamExt;
use sqlx::{Connection, PgConnection, postgres::PgRow};

use super::columns::Columns;
use crate::{
    domain::{
        area::{Area, AreaChanges, AreaCode, AreaId, EditionNumber, Level, PutArea, ResponsibleBody},
        geometry::{MultiPolygon, Position},
    },
    formats::{lattice_geometry::multi_polygon_of, record::RecordError, wkb_reader::Wkb},
    store::{
        ListedArea, RetiredArea, StoreError, StoredArea,
        assembly::{Assembly, broken},
        words::{figures_of_word, kind_of_word},
    },
};

/// The areas of an edition, sorted by level and code.
pub(super) async fn of_edition(
    connection: &mut PgConnection,
    edition: EditionNumber,
) -> Result<Vec<StoredArea>, StoreError> {
    let select = sqlx::query(include_str!("../sql/postgres/areas_of_edition.sql"));
    let mut rows = select.bind(i64::from(edition)).fetch(connection);
    let mut areas = Assembly::default();
    while let Some(row) = rows.try_next().await? {
        let (stored, parent_id) = area_of(&row)?;
        areas.push(stored, parent_id)?;
    }
    Ok(areas.finish())
}

/// What one edition has that another has not, and which areas of the other are not in it.
pub(super) async fn changes(
    connection: &mut PgConnection,
    from: EditionNumber,
    to: EditionNumber,
) -> Result<AreaChanges, StoreError> {
    // One state of the store, also when somebody publishes between the two statements.
    let mut transaction = connection.begin_with("begin isolation level repeatable read read only").await?;
    let (from, to) = (i64::from(from), i64::from(to));
    let mut changes = AreaChanges::default();
    let select = sqlx::query(include_str!("../sql/postgres/areas_put.sql")).bind(from).bind(to);
    let mut rows = select.fetch(&mut *transaction);
    while let Some(row) = rows.try_next().await? {
        let (StoredArea { area, geometry }, parent) = area_of(&row)?;
        changes.put.push((PutArea { area, parent: parent.map(AreaId) }, geometry));
    }
    drop(rows);
    let gone = sqlx::query_scalar(include_str!("../sql/postgres/areas_gone.sql")).bind(from).bind(to);
    changes.gone = gone.fetch_all(&mut *transaction).await?.into_iter().map(AreaId).collect();
    transaction.commit().await?;
    Ok(changes)
}

/// Codes and numbers of the areas of an edition.
pub(super) async fn ids_of_edition(
    connection: &mut PgConnection,
    edition: EditionNumber,
) -> Result<Vec<(String, AreaId)>, StoreError> {
    let select = sqlx::query(include_str!("../sql/postgres/area_ids_of_edition.sql"));
    let mut rows = select.bind(i64::from(edition)).fetch(connection);
    let mut ids = Vec::new();
    while let Some(row) = rows.try_next().await? {
        let mut columns = Columns::of(&row);
        ids.push((columns.take()?, AreaId(columns.take()?)));
    }
    Ok(ids)
}

/// The areas of an edition without outlines and figures.
pub(super) async fn listed(
    connection: &mut PgConnection,
    edition: EditionNumber,
) -> Result<Vec<ListedArea>, StoreError> {
    let select = sqlx::query(include_str!("../sql/postgres/area_facts_of_edition.sql"));
    let mut rows = select.bind(i64::from(edition)).fetch(connection);
    let mut areas = Vec::new();
    while let Some(row) = rows.try_next().await? {
        let mut columns = Columns::of(&row);
        let (id, code) = (AreaId(columns.take()?), code_of(columns.take()?)?);
        let (name, level) = (columns.take()?, level_of(columns.take()?)?);
        let kind = kind_of_word(columns.take()?).ok_or_else(|| broken(&code, "has an unknown kind"))?;
        let (branch, has_body) = (columns.take()?, columns.take()?);
        areas.push(ListedArea { id, code, name, level, kind, branch, has_body });
    }
    Ok(areas)
}

/// Codes that were in force before an edition and are not any more.
pub(super) async fn retired_codes(
    connection: &mut PgConnection,
    edition: EditionNumber,
) -> Result<Vec<String>, StoreError> {
    let select = sqlx::query_scalar(include_str!("../sql/postgres/retired_codes.sql"));
    Ok(select.bind(i64::from(edition)).fetch_all(connection).await?)
}

/// The area that a code named last before an edition.
pub(super) async fn retired_area(
    connection: &mut PgConnection,
    code: &str,
    edition: EditionNumber,
) -> Result<Option<RetiredArea>, StoreError> {
    let select = sqlx::query(include_str!("../sql/postgres/retired_area.sql"));
    let Some(row) = select.bind(code).bind(i64::from(edition)).fetch_optional(connection).await? else {
        return Ok(None);
    };
    let mut columns = Columns::of(&row);
    let code = code_of(columns.take()?)?;
    Ok(Some(RetiredArea {
        code,
        level: level_of(columns.take()?)?,
        name: columns.take()?,
        retired_in: columns.number()?,
        geometry: outline_of(columns.take()?)
            .map_err(|error| broken(&code, &format!("has a broken outline: {}", error.en)))?,
    }))
}

/// An area without its parent, and the number of that.
fn area_of(row: &PgRow) -> Result<(StoredArea, Option<i64>), StoreError> {
    let mut columns = Columns::of(row);
    let id = AreaId(columns.take()?);
    let from_edition = columns.number()?;
    let code = code_of(columns.take()?)?;
    let level = level_of(columns.take()?)?;
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
        households: columns.number_or_null()?,
        residents: columns.number_or_null()?,
        figures: figures_of_word(columns.take()?).ok_or_else(|| broken(&code, "has figures of unknown source"))?,
        body: body_of(&mut columns)?,
        area_m2: columns.take()?,
        label: Position::new(columns.take()?, columns.take()?)
            .ok_or_else(|| broken(&code, "has its label outside the world"))?,
        digest: columns.take::<&[u8]>()?.try_into().map_err(|_| broken(&code, "has a digest of another length"))?,
    };
    let geometry =
        outline_of(columns.take()?).map_err(|error| broken(&code, &format!("has a broken outline: {}", error.en)))?;
    Ok((StoredArea { area, geometry }, parent_id))
}

/// The outline in well-known binary that this program wrote; equal to what was written, bit for bit.
fn outline_of(wkb: &[u8]) -> Result<MultiPolygon, RecordError> {
    multi_polygon_of(&Wkb::parse(wkb)?.geometry)
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

/// A level as a column holds it.
pub(super) fn level_of(ordinal: i16) -> Result<Level, StoreError> {
    u8::try_from(ordinal).map(Level).map_err(|_| StoreError::Inconsistent(format!("level {ordinal}")))
}

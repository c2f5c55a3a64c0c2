//! Places.

use futures_util::TryStreamExt;
use sqlx::{SqlitePool, sqlite::SqliteConnection, sqlite::SqliteRow};

use super::{
    columns::Columns,
    error::expect_rows,
    log::{self, Entry, OPERATOR},
};
use crate::{
    domain::place::{Building, Place, PlaceClass},
    formats::gpkg_geometry::{place_blob, place_from_blob},
    store::StoreError,
};

/// All places, by id.
pub(super) async fn all(readers: &SqlitePool) -> Result<Vec<Place>, StoreError> {
    let mut rows = sqlx::query(include_str!("../sql/sqlite/places.sql")).fetch(readers);
    let mut places = Vec::new();
    while let Some(row) = rows.try_next().await? {
        places.push(place_of(&row)?);
    }
    Ok(places)
}

/// Replaces all places; within the transaction of `connection`.
pub(super) async fn replace(connection: &mut SqliteConnection, places: &[Place]) -> Result<(), StoreError> {
    sqlx::query(include_str!("../sql/sqlite/delete_places.sql")).execute(&mut *connection).await?;
    for place in places {
        insert(connection, place).await?;
    }
    let summary = format!("{} places", places.len());
    let entry = Entry { at: None, actor: OPERATOR, kind: "places", edition: None, summary: &summary };
    log::append(connection, entry).await.map(drop)
}

async fn insert(connection: &mut SqliteConnection, place: &Place) -> Result<(), StoreError> {
    let building = place.building.as_ref();
    let done = sqlx::query(include_str!("../sql/sqlite/insert_place.sql"))
        .bind(place.id)
        .bind(place.class.id())
        .bind(place.rank)
        .bind(place.name.clone())
        .bind(building.is_some())
        .bind(building.map(|building| building.estate.clone()))
        .bind(building.map(|building| building.number.clone()))
        .bind(building.map(|building| building.stairs))
        .bind(building.map(|building| building.floors))
        .bind(building.map(|building| building.households))
        .bind(building.map(|building| building.residents))
        .bind(place_blob(&place.geometry))
        .execute(connection)
        .await?;
    expect_rows(done.rows_affected(), 1, "place")
}

fn place_of(row: &SqliteRow) -> Result<Place, StoreError> {
    let mut columns = Columns::of(row);
    let id: i64 = columns.take()?;
    let broken = |what: &str| StoreError::Inconsistent(format!("place {id} {what}"));
    let class: &str = columns.take()?;
    Ok(Place {
        id,
        class: PlaceClass::from_id(class).ok_or_else(|| broken("has an unknown class"))?,
        rank: columns.take()?,
        name: columns.take()?,
        building: building_of(&mut columns)?,
        geometry: place_from_blob(columns.take()?)
            .map_err(|error| broken(&format!("has a broken geometry: {}", error.en)))?,
    })
}

/// Whether it is one, then six columns.
fn building_of(columns: &mut Columns<'_>) -> Result<Option<Building>, StoreError> {
    if columns.take()? {
        return Ok(Some(Building {
            estate: columns.take()?,
            number: columns.take()?,
            stairs: columns.take()?,
            floors: columns.take()?,
            households: columns.take()?,
            residents: columns.take()?,
        }));
    }
    columns.skip(6);
    Ok(None)
}

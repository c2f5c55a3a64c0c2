//! Places.

use futures_util::TryStreamExt;
use sqlx::{PgConnection, postgres::PgRow};

use super::{
    batch::{BATCH_BYTES, BATCH_ROWS, batches},
    columns::Columns,
    log::{self, Entry, OPERATOR},
};
use crate::{
    domain::place::{Building, Place, PlaceClass, PlaceGeometry},
    formats::{lattice_geometry::place_of, record::RecordError, wkb::write_place, wkb_reader::Wkb},
    store::{StoreError, error::expect_rows},
};

/// All places, by id.
pub(super) async fn all(connection: &mut PgConnection) -> Result<Vec<Place>, StoreError> {
    let mut rows = sqlx::query(include_str!("../sql/postgres/places.sql")).fetch(connection);
    let mut places = Vec::new();
    while let Some(row) = rows.try_next().await? {
        places.push(place_of_row(&row)?);
    }
    Ok(places)
}

/// Replaces all places; within the transaction of `connection`.
pub(super) async fn replace(connection: &mut PgConnection, places: &[Place]) -> Result<(), StoreError> {
    sqlx::query(include_str!("../sql/postgres/delete_places.sql")).execute(&mut *connection).await?;
    let rows = places.iter().map(|place| (place, wkb_of(&place.geometry)));
    for batch in batches(rows, BATCH_ROWS, BATCH_BYTES, |(_, wkb)| wkb.len()) {
        insert(connection, batch).await?;
    }
    let summary = format!("{} places", places.len());
    let entry = Entry { at: None, actor: OPERATOR, kind: "places", edition: None, summary: &summary };
    log::append(connection, entry).await.map(drop)
}

async fn insert(connection: &mut PgConnection, rows: Vec<(&Place, Vec<u8>)>) -> Result<(), StoreError> {
    let count = rows.len() as u64;
    let (places, geometries): (Vec<&Place>, Vec<Vec<u8>>) = rows.into_iter().unzip();
    let buildings: Vec<Option<&Building>> = places.iter().map(|place| place.building.as_ref()).collect();
    let of_building = |text: fn(&Building) -> &String| -> Vec<Option<&str>> {
        buildings.iter().map(|building| building.map(|building| text(building).as_str())).collect()
    };
    let done = sqlx::query(include_str!("../sql/postgres/insert_places.sql"))
        .bind(places.iter().map(|place| place.id).collect::<Vec<_>>())
        .bind(places.iter().map(|place| place.class.id()).collect::<Vec<_>>())
        .bind(places.iter().map(|place| i16::from(place.rank)).collect::<Vec<_>>())
        .bind(places.iter().map(|place| place.name.as_str()).collect::<Vec<_>>())
        .bind(buildings.iter().map(Option::is_some).collect::<Vec<_>>())
        .bind(of_building(|building| &building.estate))
        .bind(of_building(|building| &building.number))
        .bind(buildings.iter().map(|it| it.map(|building| i32::from(building.stairs))).collect::<Vec<_>>())
        .bind(buildings.iter().map(|it| it.map(|building| i32::from(building.floors))).collect::<Vec<_>>())
        .bind(buildings.iter().map(|it| it.map(|building| i64::from(building.households))).collect::<Vec<_>>())
        .bind(buildings.iter().map(|it| it.map(|building| i64::from(building.residents))).collect::<Vec<_>>())
        .bind(geometries)
        .execute(connection)
        .await?;
    expect_rows(done.rows_affected(), count, "places")
}

fn wkb_of(geometry: &PlaceGeometry) -> Vec<u8> {
    let mut wkb = Vec::new();
    write_place(geometry, &mut wkb);
    wkb
}

fn place_of_row(row: &PgRow) -> Result<Place, StoreError> {
    let mut columns = Columns::of(row);
    let id: i64 = columns.take()?;
    let broken = |what: &str| StoreError::Inconsistent(format!("place {id} {what}"));
    let class: &str = columns.take()?;
    Ok(Place {
        id,
        class: PlaceClass::from_id(class).ok_or_else(|| broken("has an unknown class"))?,
        rank: u8::try_from(columns.take::<i16>()?).map_err(|_| broken("has a rank out of range"))?,
        name: columns.take()?,
        building: building_of(&mut columns).map_err(|error| broken(&error.to_string()))?,
        geometry: geometry_of(columns.take()?)
            .map_err(|error| broken(&format!("has a broken geometry: {}", error.en)))?,
    })
}

/// Whether it is one, then six columns.
fn building_of(columns: &mut Columns<'_>) -> Result<Option<Building>, StoreError> {
    if columns.take()? {
        let small = |value: i32| {
            u16::try_from(value).map_err(|_| StoreError::Inconsistent(format!("{value} stairs or floors")))
        };
        return Ok(Some(Building {
            estate: columns.take()?,
            number: columns.take()?,
            stairs: small(columns.take()?)?,
            floors: small(columns.take()?)?,
            households: columns.number()?,
            residents: columns.number()?,
        }));
    }
    columns.skip(6);
    Ok(None)
}

fn geometry_of(wkb: &[u8]) -> Result<PlaceGeometry, RecordError> {
    place_of(&Wkb::parse(wkb)?.geometry)
}

//! Places.

use futures_util::TryStreamExt;
use sqlx::{PgConnection, postgres::PgRow};

use super::{
    batch::{BATCH_BYTES, BATCH_ROWS, batches},
    columns::Columns,
    log::{self, Entry, OPERATOR},
};
use crate::{
    domain::place::{Building, Place, PlaceChange, PlaceGeometry, PlaceLayer},
    formats::{lattice_geometry::place_of, record::RecordError, wkb::write_place, wkb_reader::Wkb},
    store::{
        ChangePlacesError, StoreError,
        error::expect_rows,
        place_words::{aliases_of, aliases_text, check_revision, date_of, date_text, owner_of, summary},
    },
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
    insert_all(connection, places.iter().map(|place| (place.id, place))).await?;
    let last = places.iter().map(|place| place.id).max().unwrap_or(0);
    let raised = sqlx::query(include_str!("../sql/postgres/raise_place_ids.sql"));
    expect_rows(raised.bind(last).execute(&mut *connection).await?.rows_affected(), 1, "counter")?;
    let summary = format!("{} places", places.len());
    let entry = Entry { at: None, actor: OPERATOR, kind: "places", edition: None, summary: &summary };
    log::append(connection, entry).await.map(drop)
}

/// Changes the places of a revision; within the transaction of `connection`.
pub(super) async fn change(
    connection: &mut PgConnection,
    change: &PlaceChange,
    onto: i64,
    author: &str,
) -> Result<i64, ChangePlacesError> {
    check_revision(onto, log::revisions(&mut *connection).await?.places)?;
    let replaced: Vec<i64> = change.replaced().collect();
    let delete = sqlx::query(include_str!("../sql/postgres/delete_places_by_id.sql")).bind(&replaced);
    let done = delete.execute(&mut *connection).await.map_err(StoreError::from)?;
    expect_rows(done.rows_affected(), replaced.len() as u64, "places")?;
    let created = change.created() as i64;
    let take = sqlx::query_scalar(include_str!("../sql/postgres/take_place_ids.sql")).bind(created);
    let last: i64 = take.fetch_one(&mut *connection).await.map_err(StoreError::from)?;
    let mut next = last - created;
    let numbered = change.put.iter().map(|place| match place.id {
        0 => {
            next += 1;
            (next, place)
        }
        id => (id, place),
    });
    insert_all(connection, numbered).await?;
    let summary = summary(change);
    log::append(connection, Entry { at: None, actor: author, kind: "places", edition: None, summary: &summary })
        .await?;
    Ok(log::revisions(connection).await?.places)
}

/// Adds places with these numbers.
async fn insert_all(
    connection: &mut PgConnection,
    places: impl Iterator<Item = (i64, &Place)>,
) -> Result<(), StoreError> {
    let rows = places.map(|(id, place)| (id, place, wkb_of(&place.geometry)));
    for batch in batches(rows, BATCH_ROWS, BATCH_BYTES, |(_, _, wkb)| wkb.len()) {
        insert(connection, batch).await?;
    }
    Ok(())
}

async fn insert(connection: &mut PgConnection, rows: Vec<(i64, &Place, Vec<u8>)>) -> Result<(), StoreError> {
    let count = rows.len() as u64;
    let ids: Vec<i64> = rows.iter().map(|row| row.0).collect();
    let (places, geometries): (Vec<&Place>, Vec<Vec<u8>>) =
        rows.into_iter().map(|(_, place, wkb)| (place, wkb)).unzip();
    let texts = |text: fn(&Place) -> &Option<String>| -> Vec<Option<&str>> {
        places.iter().map(|place| text(place).as_deref()).collect()
    };
    let aliases: Vec<String> = places.iter().map(|place| aliases_text(&place.aliases)).collect::<Result<_, _>>()?;
    let dated = places.iter().map(|place| place.dated.map(date_text).transpose());
    let dated: Vec<Option<String>> = dated.collect::<Result<_, _>>()?;
    let buildings: Vec<Option<&Building>> = places.iter().map(|place| place.building.as_ref()).collect();
    let of_building = |text: fn(&Building) -> &String| -> Vec<Option<&str>> {
        buildings.iter().map(|building| building.map(|building| text(building).as_str())).collect()
    };
    let done = sqlx::query(include_str!("../sql/postgres/insert_places.sql"))
        .bind(ids)
        .bind(places.iter().map(|place| place.class.as_str()).collect::<Vec<_>>())
        .bind(places.iter().map(|place| place.layer.id()).collect::<Vec<_>>())
        .bind(places.iter().map(|place| i16::from(place.rank)).collect::<Vec<_>>())
        .bind(places.iter().map(|place| place.name.as_str()).collect::<Vec<_>>())
        .bind(aliases)
        .bind(texts(|place| &place.external_id))
        .bind(buildings.iter().map(Option::is_some).collect::<Vec<_>>())
        .bind(of_building(|building| &building.estate))
        .bind(of_building(|building| &building.number))
        .bind(buildings.iter().map(|it| it.map(|building| i32::from(building.stairs))).collect::<Vec<_>>())
        .bind(buildings.iter().map(|it| it.map(|building| i32::from(building.floors))).collect::<Vec<_>>())
        .bind(buildings.iter().map(|it| it.map(|building| i64::from(building.households))).collect::<Vec<_>>())
        .bind(buildings.iter().map(|it| it.map(|building| i64::from(building.residents))).collect::<Vec<_>>())
        .bind(texts(|place| &place.video_url))
        .bind(texts(|place| &place.phone))
        .bind(texts(|place| &place.address))
        .bind(places.iter().map(|place| place.owner.map(|owner| owner.area.to_string())).collect::<Vec<_>>())
        .bind(places.iter().map(|place| place.owner.map(|owner| i64::from(owner.width_cm))).collect::<Vec<_>>())
        .bind(places.iter().map(|place| place.source.as_str()).collect::<Vec<_>>())
        .bind(dated)
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
    Ok(Place {
        id,
        class: columns.take()?,
        layer: PlaceLayer::from_id(columns.take()?).ok_or_else(|| broken("has an unknown layer"))?,
        rank: u8::try_from(columns.take::<i16>()?).map_err(|_| broken("has a rank out of range"))?,
        name: columns.take()?,
        aliases: aliases_of(columns.take()?),
        external_id: columns.take()?,
        building: building_of(&mut columns).map_err(|error| broken(&error.to_string()))?,
        video_url: columns.take()?,
        phone: columns.take()?,
        address: columns.take()?,
        owner: owner_of(columns.take()?, columns.number_or_null()?)?,
        source: columns.take()?,
        dated: columns.take::<Option<&str>>()?.map(date_of).transpose()?,
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

//! Places.

use std::borrow::Cow;

use futures_util::TryStreamExt;
use serde::Deserialize;
use sqlx::{SqliteConnection, SqlitePool, sqlite::SqliteRow};

use super::{
    columns::Columns,
    error::expect_rows,
    log::{self, Entry, OPERATOR},
    pages,
};
use crate::{
    domain::place::{Building, Place, PlaceChange, PlaceLayer},
    formats::{
        gpkg_geometry::{place_blob, place_from_blob},
        hexadecimal::bytes_of,
    },
    store::{
        ChangePlacesError, StoreError,
        place_words::{aliases_of, aliases_text, check_revision, date_of, date_text, owner_of, summary},
    },
};

/// All places, by id.
pub(super) async fn all(readers: &SqlitePool) -> Result<Vec<Place>, StoreError> {
    // One state of the store for all pages.
    let mut transaction = readers.begin().await?;
    let page = || sqlx::query_as(include_str!("../sql/sqlite/places_packed.sql"));
    match pages::all(&mut transaction, page, packed).await {
        Err(error) if pages::is_broken(&error) => plain(&mut transaction).await,
        done => done,
    }
}

fn packed(page: &str) -> Result<Vec<Place>, StoreError> {
    let rows: Vec<Packed<'_>> = serde_json::from_str(page).map_err(pages::unreadable)?;
    rows.into_iter().map(Packed::place).collect()
}

/// A place as `places_packed.sql` packs it.
#[derive(Deserialize)]
struct Packed<'r>(
    i64,
    String,
    #[serde(borrow)] Cow<'r, str>,
    u8,
    String,
    #[serde(borrow)] Cow<'r, str>,
    Option<String>,
    u8,
    Option<String>,
    Option<String>,
    Option<u16>,
    Option<u16>,
    Option<u32>,
    Option<u32>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<u32>,
    String,
    Option<String>,
    #[serde(borrow)] Cow<'r, str>,
);

impl Packed<'_> {
    fn place(self) -> Result<Place, StoreError> {
        let Self(id, class, layer, rank, name, aliases, external_id, is_building, ..) = self;
        let Self(.., estate, number, stairs, floors, households, residents, video_url, phone, address, _, _, _, _, _) =
            self;
        let Self(.., owner, width_cm, source, dated, geometry) = self;
        let broken = || StoreError::Inconsistent(format!("place {id}"));
        let building = || {
            let (stairs, floors) = (stairs?, floors?);
            Some(Building {
                estate: estate?,
                number: number?,
                stairs,
                floors,
                households: households?,
                residents: residents?,
            })
        };
        Ok(Place {
            id,
            class,
            layer: PlaceLayer::from_id(&layer).ok_or_else(broken)?,
            rank,
            name,
            aliases: aliases_of(&aliases),
            external_id,
            building: if is_building == 0 { None } else { Some(building().ok_or_else(broken)?) },
            video_url,
            phone,
            address,
            owner: owner_of(owner.as_deref(), width_cm)?,
            source,
            dated: dated.as_deref().map(date_of).transpose()?,
            geometry: bytes_of(&geometry).and_then(|blob| place_from_blob(&blob).ok()).ok_or_else(broken)?,
        })
    }
}

/// The same row by row.
async fn plain(connection: &mut SqliteConnection) -> Result<Vec<Place>, StoreError> {
    let mut rows = sqlx::query(include_str!("../sql/sqlite/places.sql")).fetch(connection);
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
        insert(connection, place.id, place).await?;
    }
    let last = places.iter().map(|place| place.id).max().unwrap_or(0);
    let raised = sqlx::query(include_str!("../sql/sqlite/raise_place_ids.sql"));
    expect_rows(raised.bind(last).execute(&mut *connection).await?.rows_affected(), 1, "counter")?;
    let summary = format!("{} places", places.len());
    let entry = Entry { at: None, actor: OPERATOR, kind: "places", edition: None, summary: &summary };
    log::append(connection, entry).await.map(drop)
}

/// Changes the places of a revision; within the transaction of `connection`.
pub(super) async fn change(
    connection: &mut SqliteConnection,
    change: &PlaceChange,
    onto: i64,
    author: &str,
) -> Result<i64, ChangePlacesError> {
    check_revision(onto, log::revisions(&mut *connection).await?.places)?;
    for id in change.replaced() {
        let delete = sqlx::query(include_str!("../sql/sqlite/delete_place.sql")).bind(id);
        let done = delete.execute(&mut *connection).await.map_err(StoreError::from)?;
        expect_rows(done.rows_affected(), 1, "place")?;
    }
    let created = change.created() as i64;
    let take = sqlx::query_scalar(include_str!("../sql/sqlite/take_place_ids.sql")).bind(created);
    let last: i64 = take.fetch_one(&mut *connection).await.map_err(StoreError::from)?;
    let mut next = last - created;
    for place in &change.put {
        let id = if place.id == 0 {
            next += 1;
            next
        } else {
            place.id
        };
        insert(connection, id, place).await?;
    }
    let summary = summary(change);
    log::append(connection, Entry { at: None, actor: author, kind: "places", edition: None, summary: &summary })
        .await?;
    Ok(log::revisions(&mut *connection).await?.places)
}

async fn insert(connection: &mut SqliteConnection, id: i64, place: &Place) -> Result<(), StoreError> {
    let building = place.building.as_ref();
    let done = sqlx::query(include_str!("../sql/sqlite/insert_place.sql"))
        .bind(id)
        .bind(place.class.clone())
        .bind(place.layer.id())
        .bind(place.rank)
        .bind(place.name.clone())
        .bind(aliases_text(&place.aliases)?)
        .bind(place.external_id.clone())
        .bind(building.is_some())
        .bind(building.map(|building| building.estate.clone()))
        .bind(building.map(|building| building.number.clone()))
        .bind(building.map(|building| building.stairs))
        .bind(building.map(|building| building.floors))
        .bind(building.map(|building| building.households))
        .bind(building.map(|building| building.residents))
        .bind(place.video_url.clone())
        .bind(place.phone.clone())
        .bind(place.address.clone())
        .bind(place.owner.map(|owner| owner.area.to_string()))
        .bind(place.owner.map(|owner| owner.width_cm))
        .bind(place.source.clone())
        .bind(place.dated.map(date_text).transpose()?)
        .bind(place_blob(&place.geometry))
        .execute(connection)
        .await?;
    expect_rows(done.rows_affected(), 1, "place")
}

fn place_of(row: &SqliteRow) -> Result<Place, StoreError> {
    let mut columns = Columns::of(row);
    let id: i64 = columns.take()?;
    let broken = |what: &str| StoreError::Inconsistent(format!("place {id} {what}"));
    Ok(Place {
        id,
        class: columns.take()?,
        layer: PlaceLayer::from_id(columns.take()?).ok_or_else(|| broken("has an unknown layer"))?,
        rank: columns.take()?,
        name: columns.take()?,
        aliases: aliases_of(columns.take()?),
        external_id: columns.take()?,
        building: building_of(&mut columns)?,
        video_url: columns.take()?,
        phone: columns.take()?,
        address: columns.take()?,
        owner: owner_of(columns.take()?, columns.take()?)?,
        source: columns.take()?,
        dated: columns.take::<Option<&str>>()?.map(date_of).transpose()?,
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

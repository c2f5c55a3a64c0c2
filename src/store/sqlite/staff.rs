//! Organisations, people, postings, channels: rows that are closed and never changed.

use std::borrow::Cow;

use futures_util::TryStreamExt;
use serde::Deserialize;
use sqlx::{SqlStr, SqliteConnection, sqlite::SqliteRow};
use time::OffsetDateTime;

use super::{
    columns::Columns,
    error::expect_rows,
    log::{self, Entry},
    pages,
    stamp::{read_stamp, stamp},
};
use crate::{
    domain::{
        area::AreaId,
        duty::{
            Channel, ChannelId, Order, Organisation, OrganisationId, Person, PersonId, Phone, Post, Posting, PostingId,
            Staff, StaffChange, StaffLists,
        },
    },
    store::{
        Act, StaffError, StoreError,
        staffing::{
            KIND, bounds_of, checked, holder_columns, holder_of, last_id, object_columns, object_of, period_of,
        },
    },
};

/// What was known after the change `known`: as of one moment, since later changes only close rows of then.
pub(super) async fn read(connection: &mut SqliteConnection, known: i64) -> Result<Staff, StoreError> {
    let row =
        sqlx::query(include_str!("../sql/sqlite/staff_state.sql")).bind(known).fetch_one(&mut *connection).await?;
    let mut columns = Columns::of(&row);
    let (revision, last_id): (i64, i64) = (columns.take()?, columns.take()?);
    let lists = StaffLists {
        organisations: all(connection, include_str!("../sql/sqlite/organisations.sql"), revision, organisation_of)
            .await?,
        people: people(connection, revision).await?,
        postings: postings(connection, revision).await?,
        channels: all(connection, include_str!("../sql/sqlite/channels.sql"), revision, channel_of).await?,
    };
    checked(Staff::new(revision, last_id, lists))
}

/// The last change of duties that was recorded by a time; 0 for none.
pub(super) async fn known_at(connection: &mut SqliteConnection, at: OffsetDateTime) -> Result<i64, StoreError> {
    let select = sqlx::query_scalar(include_str!("../sql/sqlite/staff_known_at.sql")).bind(stamp(at)?);
    Ok(select.fetch_one(connection).await?)
}

/// Makes a change on the change `base`, and returns its own number; within the transaction of `connection`.
pub(super) async fn change(
    connection: &mut SqliteConnection,
    base: i64,
    change: &StaffChange,
    act: &Act,
) -> Result<i64, StaffError> {
    let state = sqlx::query(include_str!("../sql/sqlite/staff_state.sql")).bind(i64::MAX);
    let found = Columns::of(&state.fetch_one(&mut *connection).await?).take()?;
    if found != base {
        return Err(StaffError::Stale { expected: base, found });
    }
    let at = log::not_before(connection, KIND, act.at).await?;
    let entry = Entry { at: Some(&at), actor: &act.actor, kind: KIND, edition: None, summary: &act.summary };
    let seq = log::append(connection, entry).await?;
    for &id in &change.gone {
        for close in [
            include_str!("../sql/sqlite/close_organisation.sql"),
            include_str!("../sql/sqlite/close_person.sql"),
            include_str!("../sql/sqlite/close_posting.sql"),
            include_str!("../sql/sqlite/close_channel.sql"),
        ] {
            sqlx::query(close).bind(seq).bind(id).execute(&mut *connection).await?;
        }
    }
    put(connection, seq, &change.put).await?;
    let raise = sqlx::query(include_str!("../sql/sqlite/raise_staff.sql")).bind(last_id(change));
    expect_rows(raise.execute(connection).await?.rows_affected(), 1, "counter")?;
    Ok(seq)
}

/// Writes rows, in the place of those of the same number. All that was is closed before anything new is there, so that two
/// may change places.
async fn put(connection: &mut SqliteConnection, seq: i64, put: &StaffLists) -> Result<(), StoreError> {
    let StaffLists { organisations, people, postings, channels } = put;
    for (close, ids) in [
        (
            include_str!("../sql/sqlite/close_organisation.sql"),
            organisations.iter().map(|it| it.id.0).collect::<Vec<_>>(),
        ),
        (include_str!("../sql/sqlite/close_person.sql"), people.iter().map(|it| it.id.0).collect()),
        (include_str!("../sql/sqlite/close_posting.sql"), postings.iter().map(|it| it.id.0).collect()),
        (include_str!("../sql/sqlite/close_channel.sql"), channels.iter().map(|it| it.id.0).collect()),
    ] {
        for id in ids {
            sqlx::query(close).bind(seq).bind(id).execute(&mut *connection).await?;
        }
    }
    for one in organisations {
        let insert = sqlx::query(include_str!("../sql/sqlite/insert_organisation.sql"))
            .bind(seq)
            .bind(one.id.0)
            .bind(one.name.clone())
            .bind(one.short_name.clone())
            .bind(one.credit_code.clone())
            .bind(one.duty_phone.0.clone())
            .bind(one.parent.map(|id| id.0));
        expect_rows(insert.execute(&mut *connection).await?.rows_affected(), 1, "organisation")?;
    }
    for one in people {
        let insert = sqlx::query(include_str!("../sql/sqlite/insert_person.sql"))
            .bind(seq)
            .bind(one.id.0)
            .bind(one.name.clone())
            .bind(one.phone.0.clone())
            .bind(one.organisation.map(|id| id.0));
        expect_rows(insert.execute(&mut *connection).await?.rows_affected(), 1, "person")?;
    }
    for one in postings {
        let (kind, object) = object_columns(one.post.object);
        let (person, organisation) = holder_columns(one.holder);
        let [from, to] = bounds_of(one)?;
        let insert = sqlx::query(include_str!("../sql/sqlite/insert_posting.sql"))
            .bind(seq)
            .bind(one.id.0)
            .bind(kind)
            .bind(object)
            .bind(one.post.role.clone())
            .bind(one.post.order.id())
            .bind(one.post.seat)
            .bind(person)
            .bind(organisation)
            .bind(one.stands_in)
            .bind(from.map(stamp).transpose()?)
            .bind(to.map(stamp).transpose()?);
        expect_rows(insert.execute(&mut *connection).await?.rows_affected(), 1, "posting")?;
    }
    for one in channels {
        let insert = sqlx::query(include_str!("../sql/sqlite/insert_channel.sql"))
            .bind(seq)
            .bind(one.id.0)
            .bind(one.area.0)
            .bind(one.kind.clone())
            .bind(one.group.clone())
            .bind(one.link.clone());
        expect_rows(insert.execute(&mut *connection).await?.rows_affected(), 1, "channel")?;
    }
    Ok(())
}

async fn people(connection: &mut SqliteConnection, revision: i64) -> Result<Vec<Person>, StoreError> {
    let page = || sqlx::query_as(include_str!("../sql/sqlite/people_packed.sql")).bind(revision);
    let rows = |page: &str| {
        let rows: Vec<PackedPerson> = serde_json::from_str(page).map_err(pages::unreadable)?;
        Ok(rows.into_iter().map(PackedPerson::person).collect())
    };
    match pages::all(connection, page, rows).await {
        Err(error) if pages::is_broken(&error) => {
            all(connection, include_str!("../sql/sqlite/people.sql"), revision, person_of).await
        }
        done => done,
    }
}

async fn postings(connection: &mut SqliteConnection, revision: i64) -> Result<Vec<Posting>, StoreError> {
    let page = || sqlx::query_as(include_str!("../sql/sqlite/postings_packed.sql")).bind(revision);
    let rows = |page: &str| {
        let rows: Vec<PackedPosting<'_>> = serde_json::from_str(page).map_err(pages::unreadable)?;
        rows.into_iter().map(PackedPosting::posting).collect()
    };
    match pages::all(connection, page, rows).await {
        Err(error) if pages::is_broken(&error) => {
            all(connection, include_str!("../sql/sqlite/postings.sql"), revision, posting_of).await
        }
        done => done,
    }
}

/// A person as `people_packed.sql` packs one.
#[derive(Deserialize)]
struct PackedPerson(i64, String, String, Option<i64>);

impl PackedPerson {
    fn person(self) -> Person {
        let Self(id, name, phone, organisation) = self;
        Person { id: PersonId(id), name, phone: Phone(phone), organisation: organisation.map(OrganisationId) }
    }
}

/// A posting as `postings_packed.sql` packs it.
#[derive(Deserialize)]
struct PackedPosting<'r>(
    i64,
    #[serde(borrow)] Cow<'r, str>,
    i64,
    String,
    #[serde(borrow)] Cow<'r, str>,
    u16,
    Option<i64>,
    Option<i64>,
    u8,
    Option<&'r str>,
    Option<&'r str>,
);

impl PackedPosting<'_> {
    fn posting(self) -> Result<Posting, StoreError> {
        let Self(id, kind, object, role, order, seat, person, organisation, stands_in, from, to) = self;
        let order = Order::from_id(&order).ok_or_else(|| StoreError::Inconsistent(format!("posting {id}")))?;
        let [from, to] = [from, to].map(|time| time.map(read_stamp).transpose());
        Ok(Posting {
            id: PostingId(id),
            post: Post { object: object_of(&kind, object)?, role, order, seat },
            holder: holder_of(person, organisation),
            stands_in: stands_in != 0,
            valid: period_of(PostingId(id), from?, to?)?,
        })
    }
}

async fn all<T>(
    connection: &mut SqliteConnection,
    select: &'static str,
    known: i64,
    of: fn(&SqliteRow) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError> {
    let mut rows = sqlx::query(SqlStr::from_static(select)).bind(known).fetch(connection);
    let mut list = Vec::new();
    while let Some(row) = rows.try_next().await? {
        list.push(of(&row)?);
    }
    Ok(list)
}

fn organisation_of(row: &SqliteRow) -> Result<Organisation, StoreError> {
    let mut columns = Columns::of(row);
    Ok(Organisation {
        id: OrganisationId(columns.take()?),
        name: columns.take()?,
        short_name: columns.take()?,
        credit_code: columns.take()?,
        duty_phone: Phone(columns.take()?),
        parent: columns.take::<Option<i64>>()?.map(OrganisationId),
    })
}

fn person_of(row: &SqliteRow) -> Result<Person, StoreError> {
    let mut columns = Columns::of(row);
    Ok(Person {
        id: PersonId(columns.take()?),
        name: columns.take()?,
        phone: Phone(columns.take()?),
        organisation: columns.take::<Option<i64>>()?.map(OrganisationId),
    })
}

fn posting_of(row: &SqliteRow) -> Result<Posting, StoreError> {
    let mut columns = Columns::of(row);
    let id = PostingId(columns.take()?);
    let (kind, object, role, order) = (columns.take::<&str>()?, columns.take()?, columns.take()?, columns.take()?);
    let order = Order::from_id(order).ok_or_else(|| StoreError::Inconsistent(format!("posting order {order:?}")))?;
    let post = Post { object: object_of(kind, object)?, role, order, seat: columns.take()? };
    let holder = holder_of(columns.take()?, columns.take()?);
    let stands_in = columns.take()?;
    let mut time = || columns.take::<Option<&str>>()?.map(read_stamp).transpose();
    let valid = period_of(id, time()?, time()?)?;
    Ok(Posting { id, post, holder, stands_in, valid })
}

fn channel_of(row: &SqliteRow) -> Result<Channel, StoreError> {
    let mut columns = Columns::of(row);
    Ok(Channel {
        id: ChannelId(columns.take()?),
        area: AreaId(columns.take()?),
        kind: columns.take()?,
        group: columns.take()?,
        link: columns.take()?,
    })
}

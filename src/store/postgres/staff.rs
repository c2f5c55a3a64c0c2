//! Organisations, people, postings, channels: rows that are closed and never changed.

use futures_util::TryStreamExt;
use sqlx::{PgConnection, SqlStr, postgres::PgRow};
use time::OffsetDateTime;

use super::{
    batch::BATCH_ROWS,
    columns::Columns,
    log::{self, Entry},
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
        error::expect_rows,
        staffing::{
            KIND, bounds_of, checked, holder_columns, holder_of, last_id, object_columns, object_of, period_of,
        },
        stamp::to_millisecond,
    },
};

/// What was known after the change `known`: as of one moment, since later changes only close rows of then.
pub(super) async fn read(connection: &mut PgConnection, known: i64) -> Result<Staff, StoreError> {
    let row =
        sqlx::query(include_str!("../sql/postgres/staff_state.sql")).bind(known).fetch_one(&mut *connection).await?;
    let mut columns = Columns::of(&row);
    let (revision, last_id): (i64, i64) = (columns.take()?, columns.take()?);
    let lists = StaffLists {
        organisations: all(connection, include_str!("../sql/postgres/organisations.sql"), revision, organisation_of)
            .await?,
        people: all(connection, include_str!("../sql/postgres/people.sql"), revision, person_of).await?,
        postings: all(connection, include_str!("../sql/postgres/postings.sql"), revision, posting_of).await?,
        channels: all(connection, include_str!("../sql/postgres/channels.sql"), revision, channel_of).await?,
    };
    checked(Staff::new(revision, last_id, lists))
}

/// The last change of duties that was recorded by a time; 0 for none.
pub(super) async fn known_at(connection: &mut PgConnection, at: OffsetDateTime) -> Result<i64, StoreError> {
    let select = sqlx::query_scalar(include_str!("../sql/postgres/staff_known_at.sql")).bind(to_millisecond(at)?);
    Ok(select.fetch_one(connection).await?)
}

/// Makes a change on the change `base`, and returns its own number; within the transaction of `connection`.
pub(super) async fn change(
    connection: &mut PgConnection,
    base: i64,
    change: &StaffChange,
    act: &Act,
) -> Result<i64, StaffError> {
    let state = sqlx::query(include_str!("../sql/postgres/staff_state.sql")).bind(i64::MAX);
    let found = Columns::of(&state.fetch_one(&mut *connection).await?).take()?;
    if found != base {
        return Err(StaffError::Stale { expected: base, found });
    }
    let at = Some(log::not_before(connection, KIND, act.at).await?);
    let entry = Entry { at, actor: &act.actor, kind: KIND, edition: None, summary: &act.summary };
    let seq = log::append(connection, entry).await?;
    let put = &change.put;
    let replaced = |ids: &mut dyn Iterator<Item = i64>| ids.chain(change.gone.iter().copied()).collect::<Vec<i64>>();
    // All that was is closed before anything new is there, so that two may change places.
    for (close, ids) in [
        (
            include_str!("../sql/postgres/close_organisations.sql"),
            replaced(&mut put.organisations.iter().map(|it| it.id.0)),
        ),
        (include_str!("../sql/postgres/close_people.sql"), replaced(&mut put.people.iter().map(|it| it.id.0))),
        (include_str!("../sql/postgres/close_postings.sql"), replaced(&mut put.postings.iter().map(|it| it.id.0))),
        (include_str!("../sql/postgres/close_channels.sql"), replaced(&mut put.channels.iter().map(|it| it.id.0))),
    ] {
        sqlx::query(close).bind(seq).bind(ids).execute(&mut *connection).await?;
    }
    for batch in put.organisations.chunks(BATCH_ROWS) {
        insert_organisations(connection, seq, batch).await?;
    }
    for batch in put.people.chunks(BATCH_ROWS) {
        insert_people(connection, seq, batch).await?;
    }
    for batch in put.postings.chunks(BATCH_ROWS) {
        insert_postings(connection, seq, batch).await?;
    }
    for batch in put.channels.chunks(BATCH_ROWS) {
        insert_channels(connection, seq, batch).await?;
    }
    let raise = sqlx::query(include_str!("../sql/postgres/raise_staff.sql")).bind(last_id(change));
    expect_rows(raise.execute(connection).await?.rows_affected(), 1, "counter")?;
    Ok(seq)
}

async fn insert_organisations(
    connection: &mut PgConnection,
    seq: i64,
    batch: &[Organisation],
) -> Result<(), StoreError> {
    let done = sqlx::query(include_str!("../sql/postgres/insert_organisations.sql"))
        .bind(seq)
        .bind(batch.iter().map(|it| it.id.0).collect::<Vec<_>>())
        .bind(batch.iter().map(|it| it.name.as_str()).collect::<Vec<_>>())
        .bind(batch.iter().map(|it| it.short_name.as_str()).collect::<Vec<_>>())
        .bind(batch.iter().map(|it| it.credit_code.as_deref()).collect::<Vec<_>>())
        .bind(batch.iter().map(|it| it.duty_phone.0.as_str()).collect::<Vec<_>>())
        .bind(batch.iter().map(|it| it.parent.map(|id| id.0)).collect::<Vec<_>>())
        .execute(connection)
        .await?;
    expect_rows(done.rows_affected(), batch.len() as u64, "organisations")
}

async fn insert_people(connection: &mut PgConnection, seq: i64, batch: &[Person]) -> Result<(), StoreError> {
    let done = sqlx::query(include_str!("../sql/postgres/insert_people.sql"))
        .bind(seq)
        .bind(batch.iter().map(|it| it.id.0).collect::<Vec<_>>())
        .bind(batch.iter().map(|it| it.name.as_str()).collect::<Vec<_>>())
        .bind(batch.iter().map(|it| it.phone.0.as_str()).collect::<Vec<_>>())
        .bind(batch.iter().map(|it| it.organisation.map(|id| id.0)).collect::<Vec<_>>())
        .execute(connection)
        .await?;
    expect_rows(done.rows_affected(), batch.len() as u64, "people")
}

async fn insert_postings(connection: &mut PgConnection, seq: i64, batch: &[Posting]) -> Result<(), StoreError> {
    let objects = || batch.iter().map(|it| object_columns(it.post.object));
    let holders = || batch.iter().map(|it| holder_columns(it.holder));
    let bounds = batch.iter().map(bounds_of).collect::<Result<Vec<_>, _>>()?;
    let done = sqlx::query(include_str!("../sql/postgres/insert_postings.sql"))
        .bind(seq)
        .bind(batch.iter().map(|it| it.id.0).collect::<Vec<_>>())
        .bind(objects().map(|(kind, _)| kind).collect::<Vec<_>>())
        .bind(objects().map(|(_, id)| id).collect::<Vec<_>>())
        .bind(batch.iter().map(|it| it.post.role.as_str()).collect::<Vec<_>>())
        .bind(batch.iter().map(|it| it.post.order.id()).collect::<Vec<_>>())
        .bind(batch.iter().map(|it| i64::from(it.post.seat)).collect::<Vec<_>>())
        .bind(holders().map(|(person, _)| person).collect::<Vec<_>>())
        .bind(holders().map(|(_, organisation)| organisation).collect::<Vec<_>>())
        .bind(batch.iter().map(|it| it.stands_in).collect::<Vec<_>>())
        .bind(bounds.iter().map(|[from, _]| *from).collect::<Vec<_>>())
        .bind(bounds.iter().map(|[_, to]| *to).collect::<Vec<_>>())
        .execute(connection)
        .await?;
    expect_rows(done.rows_affected(), batch.len() as u64, "postings")
}

async fn insert_channels(connection: &mut PgConnection, seq: i64, batch: &[Channel]) -> Result<(), StoreError> {
    let done = sqlx::query(include_str!("../sql/postgres/insert_channels.sql"))
        .bind(seq)
        .bind(batch.iter().map(|it| it.id.0).collect::<Vec<_>>())
        .bind(batch.iter().map(|it| it.area.0).collect::<Vec<_>>())
        .bind(batch.iter().map(|it| it.kind.as_str()).collect::<Vec<_>>())
        .bind(batch.iter().map(|it| it.group.as_str()).collect::<Vec<_>>())
        .bind(batch.iter().map(|it| it.link.as_str()).collect::<Vec<_>>())
        .execute(connection)
        .await?;
    expect_rows(done.rows_affected(), batch.len() as u64, "channels")
}

async fn all<T>(
    connection: &mut PgConnection,
    select: &'static str,
    known: i64,
    of: fn(&PgRow) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError> {
    let mut rows = sqlx::query(SqlStr::from_static(select)).bind(known).fetch(connection);
    let mut list = Vec::new();
    while let Some(row) = rows.try_next().await? {
        list.push(of(&row)?);
    }
    Ok(list)
}

fn organisation_of(row: &PgRow) -> Result<Organisation, StoreError> {
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

fn person_of(row: &PgRow) -> Result<Person, StoreError> {
    let mut columns = Columns::of(row);
    Ok(Person {
        id: PersonId(columns.take()?),
        name: columns.take()?,
        phone: Phone(columns.take()?),
        organisation: columns.take::<Option<i64>>()?.map(OrganisationId),
    })
}

fn posting_of(row: &PgRow) -> Result<Posting, StoreError> {
    let mut columns = Columns::of(row);
    let id = PostingId(columns.take()?);
    let (kind, object, role, order) = (columns.take::<&str>()?, columns.take()?, columns.take()?, columns.take()?);
    let order = Order::from_id(order).ok_or_else(|| StoreError::Inconsistent(format!("posting order {order:?}")))?;
    let post = Post { object: object_of(kind, object)?, role, order, seat: columns.number()? };
    let holder = holder_of(columns.take()?, columns.take()?);
    let stands_in = columns.take()?;
    let mut time = || columns.take::<Option<OffsetDateTime>>();
    let valid = period_of(id, time()?, time()?)?;
    Ok(Posting { id, post, holder, stands_in, valid })
}

fn channel_of(row: &PgRow) -> Result<Channel, StoreError> {
    let mut columns = Columns::of(row);
    Ok(Channel {
        id: ChannelId(columns.take()?),
        area: AreaId(columns.take()?),
        kind: columns.take()?,
        group: columns.take()?,
        link: columns.take()?,
    })
}

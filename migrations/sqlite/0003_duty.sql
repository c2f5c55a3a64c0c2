-- Who answers for what: organisations, people, posts and who holds them through time.
--
-- Of each table a row is one state of one thing, known after the change `recorded` of the change log and until the change
-- `closed`, null being "to this day". Rows are never changed but for `closed`, set once: whoever asks what was known then is
-- answered as then. Numbers of things are taken from the counter 'staff' and are never used for another thing.
alter table posting rename to posting_before;

create table organisation (
    organisation_id integer not null,
    recorded integer not null,
    closed integer,
    name text not null,
    short_name text not null,
    credit_code text,
    duty_phone text not null,
    parent_id integer,
    primary key (organisation_id, recorded),
    check (closed > recorded)
);

create table person (
    person_id integer not null,
    recorded integer not null,
    closed integer,
    name text not null,
    phone text not null,
    organisation_id integer,
    primary key (person_id, recorded),
    check (closed > recorded)
);

-- object_id is the number of an area, which outlives redraws and new codes, or that of a place. Neither a person nor an
-- organisation: the post is known to be vacant. Both: the person holds it on behalf of the organisation.
create table posting (
    posting_id integer not null,
    recorded integer not null,
    closed integer,
    object_kind text not null check (object_kind in ('area', 'place')),
    object_id integer not null,
    role text not null,
    sort_order text not null check (sort_order in ('A', 'B')),
    seat integer not null check (seat > 0),
    person_id integer,
    organisation_id integer,
    stands_in integer not null check (stands_in in (0, 1)),
    valid_from text,
    valid_to text,
    primary key (posting_id, recorded),
    check (closed > recorded),
    check (valid_to > valid_from)
);

create index posting_by_post on posting (object_kind, object_id, role, sort_order, seat) where closed is null;

-- No two hold one post at one time, but that one may stand in for the other.
create trigger posting_holds_alone before insert on posting
when new.closed is null
begin
    select raise(abort, 'two postings of one post at one time')
    where exists (
        select 1
        from posting
        where posting.closed is null
            and posting.object_kind = new.object_kind
            and posting.object_id = new.object_id
            and posting.role = new.role
            and posting.sort_order = new.sort_order
            and posting.seat = new.seat
            and posting.stands_in = new.stands_in
            and posting.posting_id <> new.posting_id
            and (posting.valid_to is null or new.valid_from is null or new.valid_from < posting.valid_to)
            and (new.valid_to is null or posting.valid_from is null or posting.valid_from < new.valid_to)
    );
end;

-- Where the people of an area talk to one another.
create table channel (
    channel_id integer not null,
    recorded integer not null,
    closed integer,
    area_id integer not null,
    kind text not null,
    group_id text not null,
    link text not null,
    primary key (channel_id, recorded),
    check (closed > recorded)
);

-- What the old rows say: one organisation for each name, one person for each name and number. A code that never named an
-- area named nothing that anybody could answer for.
insert into organisation (organisation_id, recorded, name, short_name, duty_phone)
select
    row_number() over (order by min(ordinal)),
    (select coalesce(max(seq), 0) from change_log where kind = 'postings'),
    organisation,
    '',
    ''
from posting_before
where organisation <> ''
group by organisation;

insert into person (person_id, recorded, name, phone, organisation_id)
select
    (select count(*) from organisation) + row_number() over (order by min(ordinal)),
    (select coalesce(max(seq), 0) from change_log where kind = 'postings'),
    name,
    phone,
    -- With min() the other columns are those of its row.
    (select organisation_id from organisation where organisation.name = posting_before.organisation)
from posting_before
group by name, phone;

insert into posting (
    posting_id, recorded, object_kind, object_id, role, sort_order, seat, person_id, organisation_id, stands_in, valid_from,
    valid_to
)
select
    (select count(*) from organisation) + (select count(*) from person) + row_number() over (order by old.ordinal),
    (select coalesce(max(seq), 0) from change_log where kind = 'postings'),
    'area',
    old.area_id,
    old.role,
    old.sort_order,
    row_number() over (partition by old.area_id, old.role, old.sort_order order by old.ordinal),
    person.person_id,
    nullif(organisation.organisation_id, person.organisation_id),
    0,
    old.valid_from,
    old.valid_to
from (
    select
        posting_before.*,
        (
            select area_id
            from area
            where area.code = posting_before.area_code
            order by from_edition desc
            limit 1
        ) as area_id
    from posting_before
) as old
inner join person on person.name = old.name and person.phone = old.phone
left join organisation on organisation.name = old.organisation
where old.area_id is not null;

insert into counter (name, value)
select
    'staff',
    (select count(*) from organisation) + (select count(*) from person) + (select count(*) from posting);

drop table posting_before;

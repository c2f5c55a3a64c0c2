-- Who answers for what: organisations, people, posts and who holds them through time.
--
-- Of each table a row is one state of one thing, known after the change `recorded` of the change log and until the change
-- `closed`, null being "to this day". Rows are never changed but for `closed`, set once: whoever asks what was known then is
-- answered as then. Numbers of things are taken from the counter 'staff' and are never used for another thing.
drop view leader_list;
alter table posting rename to posting_before;
alter table posting_before rename constraint posting_pkey to posting_before_pkey;
alter table posting_before rename constraint posting_sort_order_check to posting_before_sort_order_check;

create table organisation (
    organisation_id bigint not null,
    recorded bigint not null,
    closed bigint,
    name text not null,
    short_name text not null,
    credit_code text,
    duty_phone text not null,
    parent_id bigint,
    primary key (organisation_id, recorded),
    check (closed > recorded)
);

create table person (
    person_id bigint not null,
    recorded bigint not null,
    closed bigint,
    name text not null,
    phone text not null,
    organisation_id bigint,
    primary key (person_id, recorded),
    check (closed > recorded)
);

-- object_id is the number of an area, which outlives redraws and new codes, or that of a place. Neither a person nor an
-- organisation: the post is known to be vacant. Both: the person holds it on behalf of the organisation.
create table posting (
    posting_id bigint not null,
    recorded bigint not null,
    closed bigint,
    object_kind text not null check (object_kind in ('area', 'place')),
    object_id bigint not null,
    role text not null,
    sort_order text not null check (sort_order in ('A', 'B')),
    seat integer not null check (seat > 0),
    person_id bigint,
    organisation_id bigint,
    stands_in boolean not null,
    valid_from timestamptz,
    valid_to timestamptz,
    primary key (posting_id, recorded),
    check (closed > recorded),
    check (valid_to > valid_from),
    -- No two hold one post at one time, but that one may stand in for the other.
    constraint posting_holds_alone exclude using gist (
        object_kind with =,
        object_id with =,
        role with =,
        sort_order with =,
        seat with =,
        (stands_in::integer) with =,
        tstzrange(valid_from, valid_to) with &&
    ) where (closed is null)
);

-- Where the people of an area talk to one another.
create table channel (
    channel_id bigint not null,
    recorded bigint not null,
    closed bigint,
    area_id bigint not null,
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
    (select count(*) from organisation) + row_number() over (order by first.ordinal),
    (select coalesce(max(seq), 0) from change_log where kind = 'postings'),
    first.name,
    first.phone,
    organisation.organisation_id
from (
    select distinct on (name, phone)
        ordinal,
        name,
        phone,
        organisation
    from posting_before
    order by name, phone, ordinal
) as first
left join organisation on organisation.name = first.organisation;

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
    false,
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

-- Who answers now, with the area of the edition in force, if it has one of that number.
create view leader_list as
select
    posting.posting_id as id,
    area.code as area_code,
    area.name as area_name,
    level.level_id as level,
    posting.role,
    posting.sort_order,
    coalesce(person.name, organisation.name) as name,
    coalesce(person.phone, organisation.duty_phone) as phone,
    organisation.name as organisation,
    posting.stands_in,
    posting.valid_from,
    posting.valid_to,
    area.geom
from posting
cross join edition_in_force
left join person
    on person.person_id = posting.person_id
    and person.closed is null
left join organisation
    on organisation.organisation_id = coalesce(posting.organisation_id, person.organisation_id)
    and organisation.closed is null
left join area
    on posting.object_kind = 'area'
    and area.area_id = posting.object_id
    and area.from_edition <= edition_in_force.number
    and (area.to_edition is null or area.to_edition > edition_in_force.number)
left join level
    on level.ordinal = area.level
where posting.closed is null
    and (posting.person_id is not null or posting.organisation_id is not null)
    and (posting.valid_from is null or posting.valid_from <= now())
    and (posting.valid_to is null or posting.valid_to > now());

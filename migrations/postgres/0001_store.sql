-- The store in PostgreSQL with PostGIS: the tables of the SQLite store with real types, and constraints that hold
-- whoever writes.
--
-- The extensions postgis and btree_gist are there when this runs: making them takes rights of its own, and the program
-- says so when they are missing. Everything lies in the first schema of the search path.

create table store_schema (
    id smallint primary key check (id = 1),
    version bigint not null
);

-- Numbers that only the writing transaction takes: a sequence would leave holes and would not follow commit order.
-- `area_id`: last number given to an area; never falls, so that numbers are never reused; below 2^53 for JavaScript.
-- `edition`: the head; publishing swaps it from the number that the draft was validated against.
-- `change`: last number of the change log; every writer locks this row first, so that one writes at a time.
create table counter (
    name text primary key,
    value bigint not null check (value between 0 and 9007199254740991)
);

insert into counter (name, value) values ('area_id', 0), ('edition', 0), ('change', 0);

-- One row: a store belongs to one district for life. `digest` is SHA-256 of the text, in hexadecimal.
create table profile (
    id smallint primary key check (id = 1),
    profile_id text not null,
    source text not null,
    digest text not null
);

-- The levels of the profile, coarsest 0, each with a view of the same name as `level_id`.
create table level (
    ordinal smallint primary key,
    level_id text not null unique
);

-- Times are exact to the millisecond, as the program writes them.
create table edition (
    number bigint primary key check (number > 0),
    title text not null,
    author text not null,
    effective_from timestamptz not null,
    published_at timestamptz not null,
    profile_digest text not null
);

-- One row per state of an area; it holds in editions from_edition <= n < to_edition, null being "to the head".
-- A published row is never changed but for to_edition, set once, when the area is superseded or retired.
-- The parent is named by its number and not by a row, since numbers outlive rows: superseding a parent touches no
-- child. (Therefore no foreign key; reading checks it.)
-- geom is noded against all levels; its doubles are lattice positions and come back bit for bit. The label is in units
-- of 1e-7 degree. Codes compare by bytes ("C"), as the program and SQLite compare them.
-- figures: where households and residents come from. digest: of the normalised source record; equal means unchanged.
-- The two exclusions make it impossible that a code or a number has two rows in one edition.
create table area (
    area_id bigint not null,
    from_edition bigint not null references edition (number),
    to_edition bigint references edition (number),
    code text collate "C" not null,
    level smallint not null references level (ordinal),
    parent_id bigint,
    name text not null,
    kind text check (kind in ('comprehensive', 'exclusive')),
    branch text,
    households bigint check (households between 0 and 4294967295),
    residents bigint check (residents between 0 and 4294967295),
    figures text not null check (figures in ('buildings', 'declared')),
    body_name text,
    body_credit_code text,
    body_leader text,
    body_duty_phone text,
    area_m2 double precision not null,
    label_lon integer not null,
    label_lat integer not null,
    cause text not null check (cause in ('created', 'changed', 'noded')),
    digest bytea not null check (length(digest) = 32),
    geom geometry (MultiPolygon, 4490) not null,
    primary key (area_id, from_edition),
    check (to_edition > from_edition),
    check ((level = 0) = (parent_id is null)),
    constraint area_code_once exclude using gist (code with =, int8range(from_edition, to_edition) with &&),
    constraint area_number_once exclude using gist (area_id with =, int8range(from_edition, to_edition) with &&)
);

-- A code names one area of the head.
create unique index area_head_code on area (code) where to_edition is null;

-- Editions are read in this order; the views go through it too.
create index area_by_level on area (level, code, from_edition, to_edition);

-- Which codes have been in force, without reading the rows.
create index area_by_code on area (code, from_edition, to_edition);

-- For GIS clients, which ask for what is on their map.
create index area_by_geometry on area using gist (geom);

-- What happened, in commit order, without holes.
create table change_log (
    seq bigint primary key,
    at timestamptz not null,
    actor text not null,
    kind text not null,
    edition bigint references edition (number),
    summary text not null
);

-- Places on the map: not versioned, replaced as a whole.
create table place (
    place_id bigint primary key,
    class text not null check (class in ('road', 'water', 'building', 'green')),
    rank smallint not null check (rank between 0 and 255),
    name text not null,
    is_building boolean not null,
    estate text,
    building_number text,
    stairs integer,
    floors integer,
    households bigint,
    residents bigint,
    geom geometry (Geometry, 4490) not null
);

create index place_by_geometry on place using gist (geom);

-- Who answers for what. The area is named by its code: a roster is about the head and outlives a redraw of the area.
-- valid_from and valid_to, null being "without limit", are for rosters through time.
create table posting (
    ordinal bigint primary key,
    area_code text collate "C" not null,
    role text not null,
    sort_order text not null check (sort_order in ('A', 'B')),
    name text not null,
    phone text not null,
    organisation text not null,
    valid_from timestamptz,
    valid_to timestamptz
);

-- The edition in force: the newest that has begun. One row; null before the first.
create view edition_in_force as
select max(number) as number
from edition
where effective_from <= now();

-- For GIS clients and other systems.
create view edition_list as
select
    number as id,
    title,
    author,
    effective_from,
    published_at
from edition;

-- Who answers, with the area of the edition in force, if it has one of that code.
create view leader_list as
select
    posting.ordinal as id,
    posting.area_code,
    area.name as area_name,
    level.level_id as level,
    posting.role,
    posting.sort_order,
    posting.name,
    posting.phone,
    posting.organisation,
    posting.valid_from,
    posting.valid_to,
    area.geom
from posting
cross join edition_in_force
left join area
    on area.code = posting.area_code
    and area.from_edition <= edition_in_force.number
    and (area.to_edition is null or area.to_edition > edition_in_force.number)
left join level
    on level.ordinal = area.level;

-- The store: a GeoPackage whose layers are views over versioned tables.
--
-- GeoPackage takes `application_id` ("GPKG") and `user_version` (1.3) for itself, so the version of *our* schema
-- stands in `store_schema`, and its presence tells our files from other GeoPackages.

pragma application_id = 1196444487;
pragma user_version = 10300;

create table store_schema (
    id integer primary key not null check (id = 1),
    version integer not null
);

-- Required by GeoPackage 1.3, clauses 1.1.2.1, 1.1.3.1 and 2.1.5.1, column for column.

create table gpkg_spatial_ref_sys (
    srs_name text not null,
    srs_id integer not null primary key,
    organization text not null,
    organization_coordsys_id integer not null,
    definition text not null,
    description text
);

insert into gpkg_spatial_ref_sys (srs_name, srs_id, organization, organization_coordsys_id, definition, description)
values
    ('Undefined Cartesian SRS', -1, 'NONE', -1, 'undefined', 'undefined Cartesian coordinate reference system'),
    ('Undefined geographic SRS', 0, 'NONE', 0, 'undefined', 'undefined geographic coordinate reference system'),
    ('WGS 84 geodetic', 4326, 'EPSG', 4326,
     'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AXIS["Latitude",NORTH],AXIS["Longitude",EAST],AUTHORITY["EPSG","4326"]]',
     'longitude/latitude coordinates in decimal degrees on the WGS 84 spheroid'),
    ('China Geodetic Coordinate System 2000', 4490, 'EPSG', 4490,
     'GEOGCS["China Geodetic Coordinate System 2000",DATUM["China_2000",SPHEROID["CGCS2000",6378137,298.257222101,AUTHORITY["EPSG","1024"]],AUTHORITY["EPSG","1043"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AXIS["Latitude",NORTH],AXIS["Longitude",EAST],AUTHORITY["EPSG","4490"]]',
     'longitude/latitude coordinates in decimal degrees on the CGCS2000 spheroid');

create table gpkg_contents (
    table_name text not null primary key,
    data_type text not null,
    identifier text unique,
    description text default '',
    last_change datetime not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    min_x double,
    min_y double,
    max_x double,
    max_y double,
    srs_id integer,
    constraint fk_gc_r_srs_id foreign key (srs_id) references gpkg_spatial_ref_sys (srs_id)
);

create table gpkg_geometry_columns (
    table_name text not null,
    column_name text not null,
    geometry_type_name text not null,
    srs_id integer not null,
    z tinyint not null,
    m tinyint not null,
    constraint pk_geom_cols primary key (table_name, column_name),
    constraint uk_gc_table_name unique (table_name),
    constraint fk_gc_tn foreign key (table_name) references gpkg_contents (table_name),
    constraint fk_gc_srs foreign key (srs_id) references gpkg_spatial_ref_sys (srs_id)
);

-- Numbers that only the writing transaction takes: a sequence would leave holes and would not follow commit order.
-- `area_id`: last number given to an area; never falls, so that numbers are never reused; below 2^53 for JavaScript.
-- `edition`: the head; publishing swaps it from the number that the draft was validated against.
-- `change`: last number of the change log.
create table counter (
    name text primary key not null,
    value integer not null check (value between 0 and 9007199254740991)
);

insert into counter (name, value) values ('area_id', 0), ('edition', 0), ('change', 0);

-- One row: a store belongs to one district for life. `digest` is SHA-256 of the text, in hexadecimal.
create table profile (
    id integer primary key not null check (id = 1),
    profile_id text not null,
    source text not null,
    digest text not null
);

-- The levels of the profile, coarsest 0, each with a view of the same name as `level_id`.
create table level (
    ordinal integer primary key not null,
    level_id text not null unique
);

-- Times are UTC text of fixed width, as strftime('%Y-%m-%dT%H:%M:%fZ') writes them: text order is time order.
create table edition (
    number integer primary key not null check (number > 0),
    title text not null,
    author text not null,
    effective_from text not null,
    published_at text not null,
    profile_digest text not null
);

-- One row per state of an area; it holds in editions from_edition <= n < to_edition, null being "to the head".
-- A published row is never changed but for to_edition, set once, when the area is superseded or retired.
-- The parent is named by its number and not by a row, since numbers outlive rows: superseding a parent touches no
-- child. (Therefore no foreign key; reading checks it.)
-- geom is a GeoPackage blob in EPSG:4490, noded against all levels. The label is in units of 1e-7 degree.
-- figures: where households and residents come from. digest: of the normalised source record; equal means unchanged.
create table area (
    area_id integer not null,
    from_edition integer not null references edition (number),
    to_edition integer references edition (number),
    code text not null,
    level integer not null references level (ordinal),
    parent_id integer,
    name text not null,
    kind text check (kind in ('comprehensive', 'exclusive')),
    branch text,
    households integer,
    residents integer,
    figures text not null check (figures in ('buildings', 'declared')),
    body_name text,
    body_credit_code text,
    body_leader text,
    body_duty_phone text,
    area_m2 real not null,
    label_lon integer not null,
    label_lat integer not null,
    cause text not null check (cause in ('created', 'changed', 'noded')),
    digest blob not null check (length(digest) = 32),
    geom multipolygon not null,
    primary key (area_id, from_edition),
    check (to_edition > from_edition),
    check ((level = 0) = (parent_id is null))
);

-- A code names one area of the head.
create unique index area_head_code on area (code) where to_edition is null;

-- Editions are read in this order; the views go through it too.
create index area_by_level on area (level, code, from_edition, to_edition);

-- Which codes have been in force, without reading the rows.
create index area_by_code on area (code, from_edition, to_edition);

-- What happened, in commit order, without holes.
create table change_log (
    seq integer primary key not null,
    at text not null,
    actor text not null,
    kind text not null,
    edition integer references edition (number),
    summary text not null
);

-- Places on the map: not versioned, replaced as a whole; not registered as a layer.
create table place (
    place_id integer primary key not null,
    class text not null check (class in ('road', 'water', 'building', 'green')),
    rank integer not null,
    name text not null,
    is_building integer not null check (is_building in (0, 1)),
    estate text,
    building_number text,
    stairs integer,
    floors integer,
    households integer,
    residents integer,
    geom geometry not null
);

-- Who answers for what. The area is named by its code: a roster is about the head and outlives a redraw of the area.
-- valid_from and valid_to, null being "without limit", are for rosters through time.
create table posting (
    ordinal integer primary key not null,
    area_code text not null,
    role text not null,
    sort_order text not null check (sort_order in ('A', 'B')),
    name text not null,
    phone text not null,
    organisation text not null,
    valid_from text,
    valid_to text
);

-- The edition in force: the newest that has begun. One row; null before the first.
create view edition_in_force as
select max(number) as number
from edition
where effective_from <= strftime('%Y-%m-%dT%H:%M:%fZ', 'now');

-- For GIS clients. Registered as attributes: with no attributes table registered, GDAL lists every table of the file.
create view edition_list as
select
    number as OGC_FID,
    title,
    author,
    effective_from,
    published_at
from edition;

insert into gpkg_contents (table_name, data_type, identifier, description)
values ('edition_list', 'attributes', 'edition_list', '版本 editions');

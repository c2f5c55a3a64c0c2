-- Places get the fine classes of the profile, what is known of facilities, and numbers of whoever keeps their list.
--
-- `layer` is what `class` was: the layer of the map that a place is drawn in; `class` is now an id of the profile's place
-- classes, which the database does not know. Texts of `aliases` stand one behind the other with `|` between them.
-- `dated` is a date as YYYY-MM-DD. `owner_code` names the area that answers on a border road or ditch of this width.
-- The check of a column can only be changed by making the table again.
create table place_made_again (
    place_id integer primary key not null,
    class text not null,
    layer text not null check (layer in ('road', 'water', 'building', 'green', 'facility')),
    rank integer not null,
    name text not null,
    aliases text not null default '',
    external_id text,
    is_building integer not null check (is_building in (0, 1)),
    estate text,
    building_number text,
    stairs integer,
    floors integer,
    households integer,
    residents integer,
    video_url text,
    phone text,
    address text,
    owner_code text,
    owner_width_cm integer check (owner_width_cm > 0),
    source text not null default '',
    dated text,
    geom geometry not null,
    check ((owner_code is null) = (owner_width_cm is null))
);

insert into place_made_again (
    place_id,
    class,
    layer,
    rank,
    name,
    is_building,
    estate,
    building_number,
    stairs,
    floors,
    households,
    residents,
    geom
)
select
    place_id,
    class,
    class,
    rank,
    name,
    is_building,
    estate,
    building_number,
    stairs,
    floors,
    households,
    residents,
    geom
from place;

drop table place;

alter table place_made_again rename to place;

-- Whoever keeps a list finds its places again: an import of the same number updates.
create unique index place_by_external_id on place (class, external_id);

-- `place_id`: last number given to a place; never falls, so that numbers are never reused.
insert into counter (name, value)
select 'place_id', coalesce(max(place_id), 0)
from place;

-- For GIS clients, a layer beside those of the levels.
create view place_list as
select
    place_id as OGC_FID,
    class,
    layer,
    name,
    aliases,
    external_id,
    estate,
    building_number,
    stairs,
    floors,
    households,
    residents,
    video_url,
    phone,
    address,
    owner_code,
    owner_width_cm,
    source,
    dated,
    geom
from place;

insert into gpkg_contents (table_name, data_type, identifier, description, srs_id)
values ('place_list', 'features', 'place_list', '点位 places', 4490);

insert into gpkg_geometry_columns (table_name, column_name, geometry_type_name, srs_id, z, m)
values ('place_list', 'geom', 'GEOMETRY', 4490, 0, 0);

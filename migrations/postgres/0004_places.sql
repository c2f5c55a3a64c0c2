-- Places get the fine classes of the profile, what is known of facilities, and numbers of whoever keeps their list.
--
-- `layer` is what `class` was: the layer of the map that a place is drawn in; `class` is now an id of the profile's place
-- classes, which the database does not know. Texts of `aliases` stand one behind the other with `|` between them.
-- `dated` is a date as YYYY-MM-DD. `owner_code` names the area that answers on a border road or ditch of this width.
alter table place drop constraint place_class_check;
alter table place add column layer text;
update place set layer = class;
alter table place
    alter column layer set not null,
    add constraint place_layer_check check (layer in ('road', 'water', 'building', 'green', 'facility')),
    add column aliases text not null default '',
    add column external_id text,
    add column video_url text,
    add column phone text,
    add column address text,
    add column owner_code text collate "C",
    add column owner_width_cm bigint check (owner_width_cm > 0),
    add column source text not null default '',
    add column dated text,
    add constraint place_owner_check check ((owner_code is null) = (owner_width_cm is null));

-- Whoever keeps a list finds its places again: an import of the same number updates.
create unique index place_by_external_id on place (class, external_id);

-- `place_id`: last number given to a place; never falls, so that numbers are never reused.
insert into counter (name, value)
select 'place_id', coalesce(max(place_id), 0)
from place;

-- For GIS clients and other systems.
create view place_list as
select
    place_id as id,
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

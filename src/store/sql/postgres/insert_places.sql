-- Adds places; the parameters are columns.
insert into place (
    place_id,
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
)
select
    place_id,
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
    st_geomfromwkb(geom, 4490)
from unnest(
    $1::bigint[],
    $2::text[],
    $3::smallint[],
    $4::text[],
    $5::boolean[],
    $6::text[],
    $7::text[],
    $8::integer[],
    $9::integer[],
    $10::bigint[],
    $11::bigint[],
    $12::bytea[]
) as given (
    place_id,
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
)

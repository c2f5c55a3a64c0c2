-- Adds a place.
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
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)

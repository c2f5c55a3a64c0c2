-- Adds a place.
insert into place (
    place_id,
    class,
    layer,
    rank,
    name,
    aliases,
    external_id,
    is_building,
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
)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11,
    $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)

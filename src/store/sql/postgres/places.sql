-- All places. Primary key order.
select
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
    st_asbinary(geom, 'NDR') as geom
from place
order by place_id

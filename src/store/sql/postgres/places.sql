-- All places. Primary key order.
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
    st_asbinary(geom, 'NDR') as geom
from place
order by place_id

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
    geom
from place
order by place_id

-- What places.sql reads, a page of $2 places after number $1 as one text in JSON, and the last number of it: the driver takes
-- longer for handing on a row than SQLite for putting it together. Primary key.
select
    '[' || group_concat(item, ',' order by place_id) || ']',
    max(place_id)
from (
    select
        place_id,
        json_array(
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
            hex(geom)
        ) as item
    from place
    where place_id > $1
    order by place_id
    limit $2
)

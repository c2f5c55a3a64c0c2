-- The area of the head that a code names, and its level. Index area_head_code.
select
    area_id,
    level
from area
where code = $1
  and to_edition is null

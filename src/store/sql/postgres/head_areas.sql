-- The areas of the head that the codes $1 name. Index area_head_code.
select
    code,
    area_id,
    level
from area
where code = any($1)
  and to_edition is null

-- Codes and numbers of the areas of an edition, in the order of the areas. Index area_by_level.
select
    code,
    area_id
from area
where from_edition <= $1
  and (to_edition is null or to_edition > $1)
order by level, code

-- What is told of the areas of an edition besides outlines and figures. Index area_by_level.
select
    area_id,
    code,
    name,
    level,
    kind,
    branch,
    body_name is not null as has_body
from area
where from_edition <= $1
  and (to_edition is null or to_edition > $1)
order by level, code

-- The numbers of the areas of edition $1 that are not in edition $2, ascending: their rows ended before it, or began after
-- it. Indexes area_by_begin, area_by_end, and the key.
select distinct area_id
from area as was
where from_edition <= $1
  and (to_edition is null or to_edition > $1)
  and ((from_edition > $2 and from_edition <= $1) or (to_edition > $1 and to_edition <= $2))
  and not exists (
    select 1
    from area as now
    where now.area_id = was.area_id
      and now.from_edition <= $2
      and (now.to_edition is null or now.to_edition > $2)
  )
order by area_id

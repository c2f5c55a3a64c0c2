-- The last row of a code that ended with edition $2 or before. One row or none; index area_by_code.
select
    code,
    level,
    name,
    to_edition,
    st_asbinary(geom, 'NDR') as geom
from area
where code = $1
  and to_edition <= $2
order by to_edition desc
limit 1

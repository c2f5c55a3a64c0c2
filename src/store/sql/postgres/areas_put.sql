-- The rows of edition $2 that are not rows of edition $1, the earlier or the later of the two, coarse levels first, by code
-- within a level: they began after it, or ended before it. Indexes area_by_begin, area_by_end.
select
    area_id,
    from_edition,
    code,
    level,
    parent_id,
    name,
    kind,
    branch,
    households,
    residents,
    figures,
    body_name,
    body_credit_code,
    body_leader,
    body_duty_phone,
    area_m2,
    label_lon,
    label_lat,
    digest,
    st_asbinary(geom, 'NDR') as geom
from area
where from_edition <= $2
  and (to_edition is null or to_edition > $2)
  and ((from_edition > $1 and from_edition <= $2) or (to_edition > $2 and to_edition <= $1))
order by level, code

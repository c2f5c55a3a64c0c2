-- The areas of an edition, coarse levels first, by code within a level. Index area_by_level.
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
where from_edition <= $1
  and (to_edition is null or to_edition > $1)
order by level, code

-- What areas_of_edition.sql reads, all that JSON holds exactly in one text: the driver takes longer for each further value
-- than SQLite for putting them together. Index area_by_level.
select
    json_array(
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
        label_lon,
        label_lat
    ),
    area_m2,
    digest,
    geom
from area
where from_edition <= $1
  and (to_edition is null or to_edition > $1)
order by level, code

-- Adds a row of an area, in force to the head.
insert into area (
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
    cause,
    digest,
    geom
)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)

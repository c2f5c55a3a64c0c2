-- Records a value of an indicator.
insert into indicator_value (
    change,
    ordinal,
    indicator,
    period,
    area_code,
    amount,
    scale,
    source,
    updated,
    actor
)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)

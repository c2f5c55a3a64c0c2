-- Records values of indicators as change $1 of actor $2; the other parameters are columns.
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
select
    $1,
    ordinal,
    indicator,
    period,
    area_code,
    amount,
    scale,
    source,
    updated,
    $2
from unnest(
    $3::bigint[],
    $4::text[],
    $5::text[],
    $6::text[],
    $7::bigint[],
    $8::smallint[],
    $9::text[],
    $10::text[]
) as given (
    ordinal,
    indicator,
    period,
    area_code,
    amount,
    scale,
    source,
    updated
)

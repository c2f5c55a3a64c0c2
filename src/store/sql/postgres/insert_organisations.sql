-- States of organisations, known from change $1 on; the other parameters are columns.
insert into organisation (
    recorded,
    organisation_id,
    name,
    short_name,
    credit_code,
    duty_phone,
    parent_id
)
select
    $1,
    organisation_id,
    name,
    short_name,
    credit_code,
    duty_phone,
    parent_id
from unnest(
    $2::bigint[],
    $3::text[],
    $4::text[],
    $5::text[],
    $6::text[],
    $7::bigint[]
) as given (
    organisation_id,
    name,
    short_name,
    credit_code,
    duty_phone,
    parent_id
)

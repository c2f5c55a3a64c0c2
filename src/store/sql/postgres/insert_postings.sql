-- Adds postings without limits in time; the parameters are columns.
insert into posting (ordinal, area_code, role, sort_order, name, phone, organisation)
select
    ordinal,
    area_code,
    role,
    sort_order,
    name,
    phone,
    organisation
from unnest(
    $1::bigint[],
    $2::text[],
    $3::text[],
    $4::text[],
    $5::text[],
    $6::text[],
    $7::text[]
) as given (
    ordinal,
    area_code,
    role,
    sort_order,
    name,
    phone,
    organisation
)

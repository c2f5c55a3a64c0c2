-- States of people, known from change $1 on; the other parameters are columns.
insert into person (
    recorded,
    person_id,
    name,
    phone,
    organisation_id
)
select
    $1,
    person_id,
    name,
    phone,
    organisation_id
from unnest(
    $2::bigint[],
    $3::text[],
    $4::text[],
    $5::bigint[]
) as given (
    person_id,
    name,
    phone,
    organisation_id
)

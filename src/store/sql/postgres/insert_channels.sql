-- States of channels, known from change $1 on; the other parameters are columns.
insert into channel (
    recorded,
    channel_id,
    area_id,
    kind,
    group_id,
    link
)
select
    $1,
    channel_id,
    area_id,
    kind,
    group_id,
    link
from unnest(
    $2::bigint[],
    $3::bigint[],
    $4::text[],
    $5::text[],
    $6::text[]
) as given (
    channel_id,
    area_id,
    kind,
    group_id,
    link
)

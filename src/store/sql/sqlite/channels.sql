-- What is known of channels after change $1, by number. Primary key.
select
    channel_id,
    area_id,
    kind,
    group_id,
    link
from channel
where recorded <= $1 and (closed is null or closed > $1)
order by channel_id

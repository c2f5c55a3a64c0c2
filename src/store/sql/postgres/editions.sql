-- All editions, oldest first. Primary key order.
select
    number,
    title,
    author,
    effective_from,
    published_at,
    profile_digest
from edition
order by number

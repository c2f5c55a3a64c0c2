-- The newest edition. Primary key.
select
    number,
    title,
    author,
    effective_from,
    published_at,
    profile_digest
from edition
order by number desc
limit 1

-- At most $2 entries of the log behind number $1, in their order. Primary key.
select
    seq,
    at,
    actor,
    kind,
    edition,
    summary
from change_log
where seq > $1
order by seq
limit $2

-- The last change of duties that was recorded by the time $1; 0 for none. Index change_by_kind.
select coalesce(max(seq), 0) as revision
from change_log
where kind = 'postings' and at <= $1

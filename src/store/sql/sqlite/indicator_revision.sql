-- The last change of indicators, not after the time $1 where that is given; 0 for none. Index change_by_kind.
select coalesce(max(seq), 0) as seq
from change_log
where kind = 'indicators'
  and ($1 is null or at <= $1)

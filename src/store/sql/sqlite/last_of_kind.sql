-- When the last change of kind $1 was made. Index change_by_kind.
select at
from change_log
where kind = $1
order by seq desc
limit 1

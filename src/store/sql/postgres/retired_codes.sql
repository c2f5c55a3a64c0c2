-- Codes all of whose rows ended with edition $1 or before, ascending. Index area_by_code, nothing else.
select code
from area
where from_edition <= $1
group by code
having bool_and(coalesce(to_edition <= $1, false))
order by code

-- Codes all of whose rows ended with edition $1 or before, ascending. Index area_by_code, nothing else.
select code
from area
where from_edition <= $1
group by code
having min(to_edition is not null and to_edition <= $1) = 1
order by code

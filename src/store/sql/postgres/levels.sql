-- The ids of the levels, coarsest first. Primary key order.
select level_id
from level
order by ordinal

-- All postings as they were given. Primary key order.
select
    area_code,
    role,
    sort_order,
    name,
    phone,
    organisation
from posting
order by ordinal

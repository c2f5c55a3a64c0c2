-- The profile of the store. One row, by primary key.
select
    profile_id,
    source
from profile
where id = 1

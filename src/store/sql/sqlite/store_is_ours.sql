-- How many objects the file has, and whether one is the table that only our files have. A scan of the schema.
select
    count(*) as objects,
    coalesce(sum(type = 'table' and name = 'store_schema'), 0) as ours
from sqlite_schema

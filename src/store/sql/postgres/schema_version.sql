-- Version of the schema. One row, by primary key.
select version
from store_schema
where id = 1

-- Sets the version of the schema. One row, by primary key.
insert into store_schema (id, version)
values (1, $1)
on conflict (id) do update set version = excluded.version

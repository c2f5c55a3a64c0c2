-- How many tables and views the first schema of the search path has besides those of extensions, and whether one is the
-- table that only our stores have. A scan of the catalogue.
select
    count(*) as objects,
    count(*) filter (where pg_class.relname = 'store_schema' and pg_class.relkind = 'r') as ours
from pg_class
join pg_namespace
    on pg_namespace.oid = pg_class.relnamespace
where pg_namespace.nspname = current_schema()
  and pg_class.relkind in ('r', 'v', 'm', 'S', 'f', 'p')
  and not exists (
      select 1
      from pg_depend
      where pg_depend.classid = 'pg_class'::regclass
        and pg_depend.objid = pg_class.oid
        and pg_depend.deptype = 'e'
  )

-- What the comment of a view or table says; null without one. Catalogue, by name.
select obj_description(pg_class.oid, 'pg_class')
from pg_class
join pg_namespace
    on pg_namespace.oid = pg_class.relnamespace
where pg_namespace.nspname = current_schema()
  and pg_class.relname = $1

-- Whether a table, view, index, sequence or type of the schema has a name. Catalogue, by name.
select exists (
    select 1
    from pg_class
    join pg_namespace
        on pg_namespace.oid = pg_class.relnamespace
    where pg_namespace.nspname = current_schema()
      and pg_class.relname = $1
) or exists (
    select 1
    from pg_type
    join pg_namespace
        on pg_namespace.oid = pg_type.typnamespace
    where pg_namespace.nspname = current_schema()
      and pg_type.typname = $1
) as is_taken

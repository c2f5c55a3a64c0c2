-- Whether a table, view or index has a name. A scan of the schema.
select exists (
    select 1
    from sqlite_schema
    where lower(name) = $1
)

-- Whether a view is a layer. Primary key.
select exists (
    select 1
    from gpkg_geometry_columns
    where table_name = $1
)

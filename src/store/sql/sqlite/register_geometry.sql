-- Names the geometry column of a layer; one that is registered keeps its row.
insert into gpkg_geometry_columns (table_name, column_name, geometry_type_name, srs_id, z, m)
values ($1, 'geom', 'MULTIPOLYGON', 4490, 0, 0)
on conflict (table_name) do nothing

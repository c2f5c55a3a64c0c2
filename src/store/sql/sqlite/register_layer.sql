-- Makes a view a layer; one that is registered keeps its row.
insert into gpkg_contents (table_name, data_type, identifier, description, srs_id)
values ($1, 'features', $1, '', 4490)
on conflict (table_name) do nothing

-- Notes that all layers may have changed. A scan of a few rows.
update gpkg_contents
set last_change = $1

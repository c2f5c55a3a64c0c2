-- Removes the places with these numbers. One row for each, by primary key.
delete from place
where place_id = any($1::bigint[])

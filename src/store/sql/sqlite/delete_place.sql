-- Removes a place. One row, by primary key.
delete from place
where place_id = $1

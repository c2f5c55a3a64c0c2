-- Takes $1 numbers for new places; the last of them is returned. One row, by primary key.
update counter
set value = value + $1
where name = 'place_id'
returning value

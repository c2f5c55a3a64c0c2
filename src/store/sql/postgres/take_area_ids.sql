-- Takes $1 numbers for new areas; the last of them is returned. One row, by primary key.
update counter
set value = value + $1
where name = 'area_id'
returning value

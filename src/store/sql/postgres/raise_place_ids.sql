-- Marks all numbers of places up to $1 as taken. One row, by primary key.
update counter
set value = greatest(value, $1)
where name = 'place_id'

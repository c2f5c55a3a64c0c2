-- Takes the next number of the change log. One row, by primary key.
update counter
set value = value + 1
where name = 'change'
returning value

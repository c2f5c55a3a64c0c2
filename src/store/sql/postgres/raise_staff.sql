-- Numbers up to $1 are given. Primary key.
update counter
set value = greatest(value, $1)
where name = 'staff'

-- Numbers up to $1 are given. Primary key.
update counter
set value = max(value, $1)
where name = 'staff'

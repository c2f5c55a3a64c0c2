-- Swaps the head from the edition that a draft was validated against to the next. One row or none, by primary key.
update counter
set value = value + 1
where name = 'edition'
  and value = $1
returning value

-- What was known of the people with the numbers $2 is so no more from change $1 on. Primary key.
update person
set closed = $1
where person_id = any($2) and closed is null

-- What was known of one of the people, if anything, is so no more from change $1 on. Primary key.
update person
set closed = $1
where person_id = $2 and closed is null

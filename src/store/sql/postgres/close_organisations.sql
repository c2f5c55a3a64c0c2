-- What was known of the organisations with the numbers $2 is so no more from change $1 on. Primary key.
update organisation
set closed = $1
where organisation_id = any($2) and closed is null

-- What was known of one of the organisations, if anything, is so no more from change $1 on. Primary key.
update organisation
set closed = $1
where organisation_id = $2 and closed is null

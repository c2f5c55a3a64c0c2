-- What was known of the postings with the numbers $2 is so no more from change $1 on. Primary key.
update posting
set closed = $1
where posting_id = any($2) and closed is null

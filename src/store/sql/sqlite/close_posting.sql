-- What was known of one of the postings, if anything, is so no more from change $1 on. Primary key.
update posting
set closed = $1
where posting_id = $2 and closed is null

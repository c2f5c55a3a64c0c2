-- What was known of the channels with the numbers $2 is so no more from change $1 on. Primary key.
update channel
set closed = $1
where channel_id = any($2) and closed is null

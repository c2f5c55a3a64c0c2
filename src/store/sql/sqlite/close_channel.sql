-- What was known of one of the channels, if anything, is so no more from change $1 on. Primary key.
update channel
set closed = $1
where channel_id = $2 and closed is null

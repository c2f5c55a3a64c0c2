-- A state of one of the channels, known from change $1 on.
insert into channel (recorded, channel_id, area_id, kind, group_id, link)
values ($1, $2, $3, $4, $5, $6)

-- Adds a level.
insert into level (ordinal, level_id)
values ($1, $2)

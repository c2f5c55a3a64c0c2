-- Gives a new store its profile.
insert into profile (id, profile_id, source, digest)
values (1, $1, $2, $3)

-- Removes all places.
delete from place

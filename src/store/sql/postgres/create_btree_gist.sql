-- Equality within exclusion constraints.
create extension if not exists btree_gist

-- Adds an edition.
insert into edition (number, title, author, effective_from, published_at, profile_digest)
values ($1, $2, $3, $4, $5, $6)

-- Rings the doorbell $1 when the transaction is committed.
select pg_notify($1, '')

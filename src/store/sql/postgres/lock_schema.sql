-- Waits until no one else brings the schema up to date; held until the transaction ends.
select pg_advisory_xact_lock($1)

-- The number of this transaction, by which its outcome can be asked later.
select pg_current_xact_id()::text

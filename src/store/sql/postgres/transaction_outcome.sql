-- What became of a transaction: in progress, committed or aborted; null when it is long ago.
select pg_xact_status($1::text::xid8)

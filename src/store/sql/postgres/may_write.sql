-- Whether this connection may write: no standby, not set to read only, and with the right to.
select
    not pg_is_in_recovery()
    and current_setting('transaction_read_only') = 'off'
    and has_table_privilege('counter', 'update') as may_write

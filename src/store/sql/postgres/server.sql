-- What the server is, and how it keeps what is committed.
select
    current_setting('server_version_num')::bigint as version,
    current_setting('server_encoding') as encoding,
    current_setting('fsync') as fsync,
    current_setting('synchronous_commit') as synchronous_commit

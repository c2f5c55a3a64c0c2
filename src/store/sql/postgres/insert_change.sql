-- Logs a change; without a time, now.
insert into change_log (seq, at, actor, kind, edition, summary)
values ($1, coalesce($2, date_trunc('milliseconds', clock_timestamp())), $3, $4, $5, $6)

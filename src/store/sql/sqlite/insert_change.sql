-- Logs a change.
insert into change_log (seq, at, actor, kind, edition, summary)
values ($1, coalesce($2, strftime('%Y-%m-%dT%H:%M:%fZ', 'now')), $3, $4, $5, $6)

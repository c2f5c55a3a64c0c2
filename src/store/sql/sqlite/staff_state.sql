-- The last change of duties up to change $1, 0 for none, and the last number given to anything of theirs. Index change_by_kind.
select
    coalesce((select max(seq) from change_log where kind = 'postings' and seq <= $1), 0) as revision,
    coalesce((select value from counter where name = 'staff'), 0) as last_id

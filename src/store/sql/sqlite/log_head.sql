-- Where the change log stands; 0 for what was never touched. Primary key, index change_by_kind.
select
    coalesce((select value from counter where name = 'change'), 0) as seq,
    coalesce((select value from counter where name = 'edition'), 0) as edition,
    coalesce((select max(seq) from change_log where kind = 'places'), 0) as places,
    coalesce((select max(seq) from change_log where kind = 'postings'), 0) as postings,
    coalesce((select max(seq) from change_log where kind = 'indicators'), 0) as indicators

-- The last changes of places, of postings and of values of indicators; 0 when there were none. Index change_by_kind.
select
    coalesce((select max(seq) from change_log where kind = 'places'), 0) as places,
    coalesce((select max(seq) from change_log where kind = 'postings'), 0) as postings,
    coalesce((select max(seq) from change_log where kind = 'indicators'), 0) as indicators

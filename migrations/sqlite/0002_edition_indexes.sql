-- What differs between two editions is found without reading all rows: those that began or ended between them.
create index area_by_begin on area (from_edition);
create index area_by_end on area (to_edition) where to_edition is not null;

-- What was last done of a kind, as "which places are there" asks.
create index change_by_kind on change_log (kind, seq);

-- How many rows there are. Scans of the smallest index of each table.
select
    (select count(*) from area) as area_rows,
    (select count(*) from edition) as editions,
    (select count(*) from place) as places,
    (select count(*) from posting where closed is null) as postings,
    (select count(*) from indicator_value) as indicator_values,
    (select count(*) from change_log) as changes

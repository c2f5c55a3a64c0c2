-- Values of indicators, per area and period. A row is never changed: a later change of the same area, indicator and period
-- supersedes it, so that what was known at any change can be read. The area is named by its code: values outlive a redraw.
-- amount is a whole number of the last of scale decimal places; period and updated are text as people write them
-- (2026, 2026Q3, 2026-09, 2026-11-22); source is empty where it is the one that the profile names.
create table indicator_value (
    change integer not null references change_log (seq),
    ordinal integer not null,
    indicator text not null,
    period text not null,
    area_code text not null,
    amount integer not null check (amount >= 0),
    scale integer not null check (scale between 0 and 6),
    source text not null,
    updated text not null,
    actor text not null,
    primary key (change, ordinal)
);

-- The values of one indicator in one period, the latest of each area; one change gives an area one value.
create unique index indicator_value_by_period on indicator_value (indicator, period, area_code, change);

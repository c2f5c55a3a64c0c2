-- The values of indicators $1 in periods $2, pair by pair, of each area the latest as far as change $3. Index
-- indicator_value_by_period.
select distinct on (kept.indicator, kept.period, kept.area_code)
    kept.indicator,
    kept.period,
    kept.area_code,
    kept.amount,
    kept.scale,
    kept.source,
    kept.updated,
    kept.actor,
    kept.change
from unnest($1::text[], $2::text[]) as wanted (indicator, period)
join indicator_value as kept on kept.indicator = wanted.indicator and kept.period = wanted.period
where kept.change <= $3
order by kept.indicator, kept.period, kept.area_code, kept.change desc

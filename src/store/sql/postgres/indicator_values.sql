-- The values of indicator $1 in period $2, of each area the latest as far as change $3. Index indicator_value_by_period.
select distinct on (area_code)
    area_code,
    amount,
    scale,
    source,
    updated,
    actor,
    change
from indicator_value
where indicator = $1
  and period = $2
  and change <= $3
order by area_code, change desc

-- Which periods of which indicators have values as far as change $1, and how many areas. Index indicator_value_by_period.
select
    indicator,
    period,
    count(distinct area_code) as areas
from indicator_value
where change <= $1
group by indicator, period
order by indicator, period

-- What is known of organisations after change $1, by number. Primary key.
select
    organisation_id,
    name,
    short_name,
    credit_code,
    duty_phone,
    parent_id
from organisation
where recorded <= $1 and (closed is null or closed > $1)
order by organisation_id

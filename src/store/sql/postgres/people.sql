-- What is known of people after change $1, by number. Primary key.
select
    person_id,
    name,
    phone,
    organisation_id
from person
where recorded <= $1 and (closed is null or closed > $1)
order by person_id

-- What people.sql reads, a page of $3 rows after number $2 as one text in JSON, and the last number of it. Primary key.
select
    '[' || group_concat(item, ',' order by person_id) || ']',
    max(person_id)
from (
    select
        person_id,
        json_array(
            person_id,
            name,
            phone,
            organisation_id
        ) as item
    from person
    where recorded <= $1 and (closed is null or closed > $1) and person_id > $2
    order by person_id
    limit $3
)

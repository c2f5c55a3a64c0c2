-- What postings.sql reads, a page of $3 rows after number $2 as one text in JSON, and the last number of it. Primary key.
select
    '[' || group_concat(item, ',' order by posting_id) || ']',
    max(posting_id)
from (
    select
        posting_id,
        json_array(
            posting_id,
            object_kind,
            object_id,
            role,
            sort_order,
            seat,
            person_id,
            organisation_id,
            stands_in,
            valid_from,
            valid_to
        ) as item
    from posting
    where recorded <= $1 and (closed is null or closed > $1) and posting_id > $2
    order by posting_id
    limit $3
)

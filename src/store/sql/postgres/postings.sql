-- What is known of postings after change $1, by number. Primary key.
select
    posting_id,
    object_kind,
    object_id,
    role,
    sort_order,
    seat::bigint,
    person_id,
    organisation_id,
    stands_in,
    valid_from,
    valid_to
from posting
where recorded <= $1 and (closed is null or closed > $1)
order by posting_id

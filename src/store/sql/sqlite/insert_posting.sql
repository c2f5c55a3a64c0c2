-- A state of one of the postings, known from change $1 on.
insert into posting (recorded, posting_id, object_kind, object_id, role, sort_order, seat, person_id, organisation_id, stands_in, valid_from, valid_to)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)

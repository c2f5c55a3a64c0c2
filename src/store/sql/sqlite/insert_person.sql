-- A state of one of the people, known from change $1 on.
insert into person (recorded, person_id, name, phone, organisation_id)
values ($1, $2, $3, $4, $5)

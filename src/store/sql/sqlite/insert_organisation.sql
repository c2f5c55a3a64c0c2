-- A state of one of the organisations, known from change $1 on.
insert into organisation (recorded, organisation_id, name, short_name, credit_code, duty_phone, parent_id)
values ($1, $2, $3, $4, $5, $6, $7)

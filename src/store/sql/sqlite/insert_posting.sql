-- Adds a posting without limits in time.
insert into posting (ordinal, area_code, role, sort_order, name, phone, organisation)
values ($1, $2, $3, $4, $5, $6, $7)

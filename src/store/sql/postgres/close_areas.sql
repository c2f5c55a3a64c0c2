-- Ends the head rows of the codes $1 with edition $2; index area_head_code.
update area
set to_edition = $2
where code = any($1)
  and to_edition is null
returning
    code,
    area_id

-- Ends the head row of a code with edition $2. One row or none; index area_head_code.
update area
set to_edition = $2
where code = $1
  and to_edition is null
returning area_id

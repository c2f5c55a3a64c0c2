-- Which of the extensions that the store needs the database lacks.
select needed.name
from unnest(array['postgis', 'btree_gist']) as needed (name)
where not exists (
    select 1
    from pg_extension
    where pg_extension.extname = needed.name
)

-- Of the whole cluster: the roles, and the slot of the standby. Run on the primary by its administrator, with the passwords in
-- the environment, which no list of processes shows. Run again it makes what is missing, and sets the passwords anew.
--   sudo -u postgres --preserve-env=OWNER_PASSWORD,SERVER_PASSWORD,REPORT_PASSWORD,REPLICATION_PASSWORD psql -f roles.sql
-- database.sql comes next.
\set ON_ERROR_STOP on
\getenv owner_password OWNER_PASSWORD
\getenv server_password SERVER_PASSWORD
\getenv report_password REPORT_PASSWORD
\getenv replication_password REPLICATION_PASSWORD

select format('create role %I', wanted)
from unnest(array['onemap_owner', 'onemap', 'onemap_report', 'onemap_replication']) as wanted
where not exists (select from pg_roles where rolname = wanted) \gexec

-- Owns the tables. Used to make them, and to bring them up to date when a newer Onemap is installed; not for daily work.
alter role onemap_owner login password :'owner_password';
-- What the servers are: they read and write rows, and cannot change or drop a table.
alter role onemap login password :'server_password' connection limit 60;
-- Reports, QGIS, other systems: they read views, and nothing that runs for hours.
alter role onemap_report login password :'report_password' connection limit 20;
alter role onemap_report set default_transaction_read_only = on;
alter role onemap_report set statement_timeout = '5min';
alter role onemap_replication login replication password :'replication_password';

-- What the standby has not had yet is kept for it.
select pg_create_physical_replication_slot('onemap_standby')
where not exists (select from pg_replication_slots where slot_name = 'onemap_standby');

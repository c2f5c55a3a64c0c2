-- Run once on the primary by its administrator, with the passwords in the environment, which no list of processes shows:
--   sudo -u postgres --preserve-env=OWNER_PASSWORD,SERVER_PASSWORD,REPORT_PASSWORD,REPLICATION_PASSWORD psql -f roles.sql
\set ON_ERROR_STOP on
\getenv owner_password OWNER_PASSWORD
\getenv server_password SERVER_PASSWORD
\getenv report_password REPORT_PASSWORD
\getenv replication_password REPLICATION_PASSWORD

-- Owns the tables. Used to make them, and to bring them up to date when a newer Onemap is installed; not for daily work.
create role onemap_owner login password :'owner_password';
-- What the servers are: they read and write rows, and cannot change or drop a table.
create role onemap login password :'server_password' connection limit 60;
-- Reports, QGIS, other systems: they read views, and nothing that runs for hours.
create role onemap_report login password :'report_password' connection limit 20;
alter role onemap_report set default_transaction_read_only = on;
alter role onemap_report set statement_timeout = '5min';
create role onemap_replication login replication password :'replication_password';

-- What the standby has not had yet is kept for it.
select pg_create_physical_replication_slot('onemap_standby');

create database licheng owner onemap_owner encoding 'UTF8' locale 'C.UTF-8' template template0;
revoke all on database licheng from public;
grant connect on database licheng to onemap, onemap_report;
\connect licheng
create extension postgis;
create extension btree_gist;
grant usage on schema public to onemap, onemap_report;
alter default privileges for role onemap_owner in schema public grant select, insert, update, delete on tables to onemap;

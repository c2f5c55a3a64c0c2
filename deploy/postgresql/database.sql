-- An empty database for a district, and who may do what in it. Run by the administrator of a cluster that has the roles
-- (roles.sql): when it is set up, and before a dump or a copy of the store is restored.
--   sudo -u postgres psql -f database.sql
-- One that is there already is left alone: rename or drop it first. reporting.sql comes when the district is in it.
\set ON_ERROR_STOP on

create database licheng owner onemap_owner encoding 'UTF8' locale 'C.UTF-8' template template0;
revoke all on database licheng from public;
grant connect on database licheng to onemap, onemap_report;
\connect licheng
create extension postgis;
create extension btree_gist;
grant usage on schema public to onemap, onemap_report;
-- Without this the servers could read no table that the owner makes later.
alter default privileges for role onemap_owner in schema public grant select, insert, update, delete on tables to onemap;

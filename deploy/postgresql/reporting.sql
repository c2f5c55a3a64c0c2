-- Run by onemap_owner when the district is first there, after a restore, and after an update of Onemap: gives reports the
-- views, and nothing but them. Views show the edition in force; the tables behind them stay closed.
-- leader_list holds names and telephone numbers. Whose reports need none: revoke select on leader_list from onemap_report;
do $$
declare
    view_name name;
begin
    for view_name in
        select viewname
        from pg_views
        where schemaname = 'public'
          and viewowner = 'onemap_owner'
    loop
        execute format('grant select on public.%I to onemap_report', view_name);
    end loop;
end
$$;

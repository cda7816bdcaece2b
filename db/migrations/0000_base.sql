-- What every room's tables rest on. Rooms number their own files after this one.

-- Guards append-only tables:
--   create trigger monitor_prediction_append_only
--     before update or delete on monitor_prediction for each row execute function forbid_change();
-- A correction is a new row that names what it corrects.
create function forbid_change() returns trigger
  language plpgsql
as $$
begin
  raise exception 'rows of % are append-only: record a correction instead', tg_table_name
    using errcode = 'restrict_violation';
end
$$;

-- Who has left: a person who is disabled signs in by no way and holds no role. Enabling is a row of its own, so that
-- every past day can be told.

create table people_person_disabling (
  id bigint generated always as identity primary key,
  person_id text not null references people_person (id),
  reason text not null check (length(reason) between 1 and 500),
  disabled_by text not null,
  disabled_at timestamptz not null
);

create index people_person_disabling_by_person on people_person_disabling (person_id);

create trigger people_person_disabling_append_only
  before update or delete on people_person_disabling for each row execute function forbid_change();

create table people_person_disabling_end (
  disabling_id bigint primary key references people_person_disabling (id),
  ended_at timestamptz not null,
  ended_by text not null
);

create trigger people_person_disabling_end_append_only
  before update or delete on people_person_disabling_end for each row execute function forbid_change();

create view people_person_disabled as
  select disabling.id as disabling_id, disabling.person_id
  from people_person_disabling disabling
  where not exists (select from people_person_disabling_end ended where ended.disabling_id = disabling.id);

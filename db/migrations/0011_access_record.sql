-- Who looked at data of single persons. Written before the answer leaves; never changed; apart from operational logs.

create table people_access (
  id bigint generated always as identity primary key,
  at timestamptz not null,
  request_id text not null,
  outcome text not null check (outcome in ('read', 'refused')),
  identity_kind text not null check (identity_kind in ('person', 'machine', 'visitor')),
  identity_id text not null,
  organisation_id text,
  action text not null,
  purpose text not null check (purpose in ('care', 'monitoring', 'assurance', 'research', 'administration')),
  -- Which policies said yes, or no.
  policy_ids text[] not null,
  object_kind text not null,
  site_id text,
  -- Whose data it is.
  legal_entity_id text,
  -- Pseudonyms, at most 100; the count is of all.
  object_ids text[] not null check (cardinality(object_ids) <= 100),
  object_count integer not null check (object_count >= cardinality(object_ids)),
  break_glass_id text
);

create index people_access_by_time on people_access (at, id);
create index people_access_by_owner on people_access (legal_entity_id, id desc);
create index people_access_by_reader on people_access (identity_id, id desc);
create index people_access_by_object on people_access using gin (object_ids);

create trigger people_access_append_only
  before update or delete on people_access for each row execute function forbid_change();

-- What looks unusual. One row for a reader, an owner and a day, however often it happens.
create table people_access_anomaly (
  id text primary key,
  kind text not null check (kind in ('bulk-reading', 'outside-own-organisation', 'break-glass', 'many-refusals')),
  identity_kind text not null,
  identity_id text not null,
  organisation_id text,
  -- Whose data it is, and who reviews it.
  legal_entity_id text not null,
  day date not null,
  raised_at timestamptz not null,
  figures jsonb not null,
  state text not null default 'open' check (state in ('open', 'explained', 'confirmed')),
  reviewed_by text,
  reviewed_at timestamptz,
  review_text text check (length(review_text) between 1 and 1000),
  check ((state = 'open') = (reviewed_at is null)),
  unique (kind, identity_id, legal_entity_id, day)
);

create index people_access_anomaly_by_owner on people_access_anomaly (legal_entity_id, raised_at desc, id desc);
create index people_access_anomaly_open on people_access_anomaly (raised_at) where state = 'open';

-- Emergency access: starts at once, ends soon, is seen by those who answer for the data, and is reviewed.
create table people_break_glass (
  id text primary key,
  person_id text not null,
  organisation_id text not null,
  legal_entity_id text not null references people_organisation (id),
  reason text not null check (length(reason) between 20 and 1000),
  started_at timestamptz not null,
  ends_at timestamptz not null check (ends_at > started_at),
  review_due_at timestamptz not null,
  foreign key (person_id, organisation_id) references people_person (id, organisation_id)
);

create index people_break_glass_by_person on people_break_glass (person_id, ends_at);
create index people_break_glass_by_owner on people_break_glass (legal_entity_id, started_at desc);

create trigger people_break_glass_append_only
  before update or delete on people_break_glass for each row execute function forbid_change();

create table people_break_glass_end (
  break_glass_id text primary key references people_break_glass (id),
  ended_at timestamptz not null,
  ended_by text not null
);

create trigger people_break_glass_end_append_only
  before update or delete on people_break_glass_end for each row execute function forbid_change();

create table people_break_glass_review (
  break_glass_id text primary key references people_break_glass (id),
  verdict text not null check (verdict in ('justified', 'not-justified')),
  explanation text not null check (length(explanation) between 1 and 1000),
  reviewed_by text not null,
  reviewed_at timestamptz not null
);

create trigger people_break_glass_review_append_only
  before update or delete on people_break_glass_review for each row execute function forbid_change();

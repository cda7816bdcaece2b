-- Bonds besides role and organisation: groups, delegations, conflicts of interest; and who confirmed a role.
-- Nothing here is changed: what ends is ended by a row of its own, so that every past day can be told.

create table people_group (
  id text primary key,
  kind text not null check (kind in ('consortium', 'project')),
  name text not null unique,
  -- Why the project exists; a consortium may say it too.
  purpose text check (length(purpose) between 1 and 1000),
  legal_entity_id text not null references people_organisation (id),
  created_by text not null,
  created_at timestamptz not null,
  check (kind = 'consortium' or purpose is not null)
);

create trigger people_group_append_only
  before update or delete on people_group for each row execute function forbid_change();

create table people_membership (
  id text primary key,
  group_id text not null references people_group (id),
  organisation_id text references people_organisation (id),
  person_id text references people_person (id),
  valid_from timestamptz not null,
  valid_until timestamptz check (valid_until > valid_from),
  recorded_by text not null,
  recorded_at timestamptz not null,
  check ((organisation_id is null) <> (person_id is null))
);

create index people_membership_by_organisation on people_membership (organisation_id) where organisation_id is not null;
create index people_membership_by_person on people_membership (person_id) where person_id is not null;
create index people_membership_by_group on people_membership (group_id);

create trigger people_membership_append_only
  before update or delete on people_membership for each row execute function forbid_change();

create table people_membership_end (
  membership_id text primary key references people_membership (id),
  ended_at timestamptz not null,
  ended_by text not null
);

create trigger people_membership_end_append_only
  before update or delete on people_membership_end for each row execute function forbid_change();

-- One role, handed by its holder to a colleague of the same organisation, until an end.
create table people_delegation (
  id text primary key,
  from_person_id text not null,
  to_person_id text not null check (to_person_id <> from_person_id),
  organisation_id text not null,
  role text not null,
  reason text not null check (length(reason) between 1 and 500),
  valid_from timestamptz not null,
  valid_until timestamptz not null check (valid_until > valid_from),
  foreign key (from_person_id, organisation_id) references people_person (id, organisation_id),
  foreign key (to_person_id, organisation_id) references people_person (id, organisation_id)
);

create index people_delegation_by_receiver on people_delegation (to_person_id);
create index people_delegation_by_holder on people_delegation (from_person_id);

create trigger people_delegation_append_only
  before update or delete on people_delegation for each row execute function forbid_change();

create table people_delegation_end (
  delegation_id text primary key references people_delegation (id),
  ended_at timestamptz not null,
  ended_by text not null
);

create trigger people_delegation_end_append_only
  before update or delete on people_delegation_end for each row execute function forbid_change();

-- An interest that forbids to decide on one thing.
create table people_conflict (
  id text primary key,
  person_id text not null references people_person (id),
  object_kind text not null check (object_kind in ('organisation', 'model', 'certificate', 'project')),
  object_id text not null check (length(object_id) between 1 and 64),
  kind text not null check (kind in ('employment', 'financial', 'authorship', 'family', 'other')),
  since timestamptz not null,
  until timestamptz check (until > since),
  explanation text not null check (length(explanation) between 1 and 500),
  declared_by text not null,
  declared_at timestamptz not null
);

create index people_conflict_by_person on people_conflict (person_id);

create trigger people_conflict_append_only
  before update or delete on people_conflict for each row execute function forbid_change();

create table people_conflict_end (
  conflict_id text primary key references people_conflict (id),
  ended_at timestamptz not null,
  ended_by text not null
);

create trigger people_conflict_end_append_only
  before update or delete on people_conflict_end for each row execute function forbid_change();

-- A role with which one signs off is in force only after a second person said yes. Roles from before this day are.
alter table people_role_holding add column awaits_confirmation boolean not null default false;
alter table people_role_holding add column granted_by text;
alter table people_role_holding add column granted_as text;

create table people_role_decision (
  holding_id bigint primary key references people_role_holding (id),
  decision text not null check (decision in ('confirmed', 'refused')),
  decided_by text not null,
  decided_as text not null,
  decided_at timestamptz not null
);

create trigger people_role_decision_append_only
  before update or delete on people_role_decision for each row execute function forbid_change();

-- Roles as they count: those that needed nobody's yes, and those that got it, from then on.
create view people_role_effective as
  select holding.id, holding.person_id, holding.organisation_id, holding.role, holding.valid_until,
    case when holding.awaits_confirmation then greatest(holding.valid_from, decision.decided_at)
      else holding.valid_from end as effective_from
  from people_role_holding holding
  left join people_role_decision decision on decision.holding_id = holding.id
  where not holding.awaits_confirmation or decision.decision = 'confirmed';

-- What a person should know: what it is about, never a text that could name a patient.
create table people_notification (
  id text primary key,
  person_id text not null references people_person (id),
  kind text not null check (kind in ('role-awaits-confirmation', 'delegation', 'conflict-declared', 'break-glass')),
  subject_id text not null,
  created_at timestamptz not null,
  read_at timestamptz
);

create index people_notification_by_person on people_notification (person_id, created_at desc, id desc);

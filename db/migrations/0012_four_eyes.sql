-- Nobody alone: what waits for the signatures of several persons, for every room. The history is the events; the row
-- holds what is judged now, and is what a signature locks.
create table people_proposal (
  id text primary key,
  kind text not null,
  subject text not null,
  title jsonb not null,
  reason text not null,
  payload jsonb not null,
  parts jsonb not null,
  digest text not null,
  rule jsonb not null,
  concerns jsonb not null,
  -- whom it concerns, where not everybody may read it
  organisation_id text,
  readable_by_anyone boolean not null,
  proposed_by text not null,
  proposed_by_kind text not null check (proposed_by_kind in ('person', 'machine')),
  proposed_role text not null,
  proposed_at timestamptz not null,
  expires_at timestamptz not null,
  outcome text not null default 'open' check (outcome in ('open', 'executed', 'withdrawn', 'refused', 'expired'))
);

create index people_proposal_of_subject on people_proposal (subject, proposed_at);
create index people_proposal_open on people_proposal (expires_at) where outcome = 'open';

create table people_proposal_event (
  proposal_id text not null references people_proposal (id),
  seq integer not null check (seq > 0),
  occurred_at timestamptz not null,
  type text not null,
  body jsonb not null,
  primary key (proposal_id, seq)
);

create trigger people_proposal_event_is_append_only
  before update or delete on people_proposal_event for each row execute function forbid_change();

-- The one mechanism takes the place of certify's own.
drop table certify_dissent;
drop table certify_signature;
drop table certify_proposal;

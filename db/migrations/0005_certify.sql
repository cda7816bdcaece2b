-- Living certificates: their history as events, a snapshot for questions, and the acts that wait for a second signature.

-- The state after the newest event. Rebuilt from certify_event at any time.
create table certify_certificate (
  id text primary key,
  legal_entity_id text not null,
  base text not null,
  version integer not null check (version > 0),
  state jsonb not null,
  updated_at timestamptz not null,
  -- When the evidence was last read with success: a status that is older is not served.
  checked_at timestamptz
);

create table certify_event (
  certificate_id text not null references certify_certificate (id) deferrable initially deferred,
  seq integer not null check (seq > 0),
  occurred_at timestamptz not null,
  type text not null,
  event jsonb not null,
  digest text not null,
  pending_id text not null unique,
  primary key (certificate_id, seq)
);

create trigger certify_event_append_only
  before update or delete on certify_event for each row execute function forbid_change();

-- Where the ledger placed what this room recorded: null from the act's own transaction until the place is known.
create table certify_ledger_place (
  pending_id text primary key,
  recorded_at timestamptz not null,
  ledger_index bigint
);

create index certify_ledger_place_awaited on certify_ledger_place (recorded_at) where ledger_index is null;

create table certify_proposal (
  id text primary key,
  certificate_id text not null references certify_certificate (id),
  act jsonb not null,
  reason text not null,
  document_digest text,
  shown jsonb not null,
  shown_digest text not null,
  proposed_by text not null,
  proposed_role text not null,
  proposed_at timestamptz not null,
  expires_at timestamptz not null,
  outcome text not null default 'open' check (outcome in ('open', 'executed', 'withdrawn', 'expired', 'void')),
  closed_at timestamptz,
  closing_reason text
);

create index certify_proposal_by_certificate on certify_proposal (certificate_id, proposed_at);

create table certify_signature (
  proposal_id text not null references certify_proposal (id),
  person_id text not null,
  role text not null,
  organisation_id text,
  signed_at timestamptz not null,
  shown_digest text not null,
  evidence_seen jsonb not null,
  reason text not null,
  pending_id text not null unique,
  primary key (proposal_id, person_id)
);

create trigger certify_signature_append_only
  before update or delete on certify_signature for each row execute function forbid_change();

-- Dissent stays beside the certificate, whatever was decided.
create table certify_dissent (
  id text primary key,
  proposal_id text not null references certify_proposal (id),
  person_id text not null,
  role text not null,
  dissented_at timestamptz not null,
  reason text not null,
  pending_id text not null unique
);

create index certify_dissent_by_proposal on certify_dissent (proposal_id);

create trigger certify_dissent_append_only
  before update or delete on certify_dissent for each row execute function forbid_change();

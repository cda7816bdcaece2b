-- Predictions meet outcomes. A feed is one site's predictions by one model version; it keys the large tables with a
-- small number, so that ten million cases stay a matter of three narrow indexes.

create table monitor_site_key (
  site_no smallint generated always as identity primary key,
  site_id text not null unique
);

create table monitor_feed (
  feed_no integer generated always as identity primary key,
  site_no smallint not null references monitor_site_key (site_no),
  site_id text not null,
  model_version_id text not null,
  predictions bigint not null default 0,
  -- answers on which the sender decided otherwise than the plan's threshold says (D10)
  decided_otherwise bigint not null default 0,
  first_predicted_at timestamptz,
  last_predicted_at timestamptz,
  unique (site_id, model_version_id)
);

-- How a version is watched at the sites: the decision threshold it acts on, and the random audit of the cases it clears.
create table monitor_plan (
  id text primary key,
  model_version_id text not null unique,
  decision_threshold double precision not null,
  audit_rate double precision not null,
  audit_seed text not null,
  audit_seed_commitment text not null,
  -- from which versions, by which calibration and at which sites Hortus derives this version's answers
  shadows jsonb not null,
  registered_at timestamptz not null,
  ended_at timestamptz,
  ledger_index bigint
);

-- What was received, when, and how much of it was kept: one row a request.
create table monitor_batch (
  batch_no bigint generated always as identity primary key,
  id text not null unique,
  kind text not null check (kind in ('predictions', 'outcomes')),
  received_at timestamptz not null,
  retrospective boolean not null,
  convention text,
  source_id text not null,
  accepted integer not null,
  corrected integer not null,
  repeated integer not null,
  refused integer not null,
  digest text not null,
  ledger_index bigint
);

-- `revision` 0 is what came first; a correction is a further row, never an update.
-- Ids are ordered by their bytes, whatever the database's language: ties of time are broken alike everywhere.
create table monitor_prediction (
  feed_no integer not null,
  case_id text collate "C" not null,
  revision smallint not null,
  predicted_at timestamptz not null,
  recorded_at timestamptz not null,
  probability double precision not null,
  content bytea not null,
  pseudonym text collate "C" not null,
  decision boolean,
  human_saw boolean not null,
  -- bit 0: drawn for the random audit; bit 1 clear: verified by protocol, because a watched version flags the case
  audit_level smallint not null,
  audit_rate real not null,
  uncertainty real,
  image_quality real,
  rarity real,
  lesions jsonb,
  correction_reason text,
  retrospective boolean not null,
  derived boolean not null,
  batch_no bigint not null,
  primary key (feed_no, case_id, revision)
);

create index monitor_prediction_in_order on monitor_prediction (feed_no, predicted_at, case_id);
create index monitor_prediction_corrections on monitor_prediction (feed_no, case_id, revision) where revision > 0;
create index monitor_prediction_of_patient on monitor_prediction (feed_no, pseudonym, predicted_at);

create table monitor_outcome (
  site_no smallint not null,
  case_id text collate "C" not null,
  definition text not null,
  revision smallint not null,
  value boolean not null,
  verification text not null check (verification in ('verified', 'not-verified')),
  known_at timestamptz not null,
  recorded_at timestamptz not null,
  content bytea not null,
  correction_reason text,
  retrospective boolean not null,
  batch_no bigint not null,
  primary key (site_no, case_id, definition, revision)
);

create trigger monitor_prediction_is_append_only before update or delete on monitor_prediction
  for each row execute function forbid_change();
create trigger monitor_outcome_is_append_only before update or delete on monitor_outcome
  for each row execute function forbid_change();

-- How far evidence has been counted: nothing is recorded any more at an instant before it.
create table monitor_watermark (
  one boolean primary key default true check (one),
  recorded_at timestamptz not null
);

create table monitor_claim (
  id text primary key,
  key text not null,
  model_version_id text not null,
  body jsonb not null,
  digest text not null,
  registered_at timestamptz,
  registered_by text not null,
  created_at timestamptz not null,
  retrospective boolean not null,
  ledger_index bigint,
  -- how soon a fall would be noticed, simulated once with the code that watches the claim
  what_if jsonb
);

-- The mature cases under one feeding rule, in the order of their predictions. Claims with the same rule share a cohort.
create table monitor_cohort (
  id text primary key,
  rule_digest text not null unique,
  rule jsonb not null,
  site_id text,
  cursor_predicted_at timestamptz,
  cursor_case_id text collate "C" not null default '',
  cursor_feed_no integer not null default 0,
  cases integer not null default 0,
  late integer not null default 0,
  counts bytea not null,
  digest text not null,
  last_matured_at timestamptz
);

create table monitor_cohort_day (
  cohort_id text not null,
  day date not null,
  cells bytea not null,
  cases integer not null,
  digest text not null,
  primary key (cohort_id, day)
);

-- Predictions that came too late to count in a cohort: recorded after their maturity, or behind what was counted.
create table monitor_late (
  cohort_id text not null,
  batch_no bigint not null,
  cases integer not null,
  primary key (cohort_id, batch_no)
);

-- One claim at one site (or over all sites), run k.
create table monitor_stream (
  id text primary key,
  claim_id text not null references monitor_claim (id),
  site_id text,
  cohort_id text not null references monitor_cohort (id),
  run smallint not null,
  alpha double precision not null,
  start_case integer not null,
  cases integer not null,
  process bytea not null,
  state text not null,
  level smallint not null,
  changed_at timestamptz not null,
  reading jsonb not null,
  crossings jsonb not null,
  evidence_digest text not null,
  started_at timestamptz not null,
  ended_at timestamptz,
  unique nulls not distinct (claim_id, site_id, run)
);

create table monitor_stream_day (
  stream_id text not null,
  day date not null,
  cases integer not null,
  reading jsonb not null,
  state text not null,
  level smallint not null,
  evidence_digest text not null,
  primary key (stream_id, day)
);

-- One crossing, one signal: machine signals latch.
create table monitor_signal (
  id text primary key,
  kind text not null,
  level smallint not null,
  claim_id text,
  site_id text,
  model_version_id text not null,
  stream_id text,
  occurred_at timestamptz not null,
  evidence jsonb not null,
  deficiency_id text not null,
  unique (stream_id, kind)
);

create table monitor_deficiency (
  id text primary key,
  code text not null,
  title text not null,
  state text not null,
  severity text,
  claim_id text,
  site_id text,
  model_version_id text not null,
  opened_at timestamptz not null,
  record jsonb not null,
  version integer not null
);

-- The same scope never has two that are open.
create unique index monitor_deficiency_open on monitor_deficiency (code, claim_id, site_id, model_version_id)
  nulls not distinct where state not in ('closed', 'dismissed');
create index monitor_deficiency_of_scope on monitor_deficiency (code, claim_id, site_id, model_version_id, opened_at);

create table monitor_deficiency_event (
  deficiency_id text not null references monitor_deficiency (id),
  seq integer not null,
  type text not null,
  at timestamptz not null,
  actor text not null,
  role text not null,
  body jsonb not null,
  primary key (deficiency_id, seq)
);

create trigger monitor_deficiency_event_is_append_only before update or delete on monitor_deficiency_event
  for each row execute function forbid_change();

-- A candidate against a reference version, case by case, on cases after its fit.
create table monitor_comparison (
  id text primary key,
  candidate_version_id text not null,
  reference_version_id text not null,
  against text not null check (against in ('original', 'previous')),
  site_id text not null,
  counts_from timestamptz not null,
  margin double precision not null,
  definition text not null,
  horizon_days integer not null,
  alpha double precision not null,
  flagged_only boolean not null,
  cursor_predicted_at timestamptz,
  cursor_case_id text collate "C" not null default '',
  process bytea not null,
  reading jsonb not null,
  unique (candidate_version_id, against, site_id)
);

-- Models and their versions. A version is artefact + calibration + preprocessing; any other combination is another version.

create table develop_model (
  id text primary key,
  name text not null,
  intended_purpose text not null,
  population text not null,
  endpoint text not null,
  reference_model_id text,
  notice text,
  registered_at timestamptz not null
);

create table develop_model_version (
  id text primary key,
  model_id text not null references develop_model (id),
  label text not null,
  artefact_digest text not null,
  preprocessing_digest text not null,
  calibration jsonb not null,
  digest text not null unique,
  original_version_id text not null,
  previous_version_id text,
  state text not null check (state in ('registered', 'candidate', 'released', 'refused')),
  candidate jsonb,
  registered_at timestamptz not null,
  decided_at timestamptz,
  unique (model_id, label)
);

-- Who is who: organisations, their sites, persons with their roles, and what proves who asks.

create table people_organisation (
  id text primary key,
  name text not null unique,
  kind text not null check (kind in ('legal-entity', 'assessor', 'patients')),
  created_at timestamptz not null
);

-- A site answers to exactly one legal entity, for ever: what was certified for one may not move to another.
create table people_site (
  id text primary key,
  code text not null unique,
  name text not null,
  legal_entity_id text not null references people_organisation (id),
  created_at timestamptz not null
);

create trigger people_site_append_only
  before update or delete on people_site for each row execute function forbid_change();

create table people_person (
  id text primary key,
  name text not null,
  organisation_id text not null references people_organisation (id),
  is_demo boolean not null,
  created_at timestamptz not null,
  unique (id, organisation_id)
);

-- A role is held at the person's own organisation. Somebody who works for two legal entities is two persons here:
-- what one may see at the first says nothing about the second.
create table people_role_holding (
  id bigint generated always as identity primary key,
  person_id text not null,
  organisation_id text not null,
  role text not null,
  valid_from timestamptz not null,
  valid_until timestamptz check (valid_until > valid_from),
  foreign key (person_id, organisation_id) references people_person (id, organisation_id)
);

create index people_role_holding_by_person on people_role_holding (person_id);

-- Only digests of secrets are kept: whoever reads this table can sign in as nobody.
create table people_session (
  secret_sha256 text primary key,
  person_id text not null references people_person (id),
  created_at timestamptz not null,
  expires_at timestamptz not null,
  ended_at timestamptz
);

create index people_session_by_expiry on people_session (expires_at);

create table people_token (
  id text primary key,
  name text not null,
  secret_sha256 text not null unique,
  organisation_id text not null references people_organisation (id),
  scopes jsonb not null,
  issued_by text not null,
  issued_at timestamptz not null,
  expires_at timestamptz not null,
  last_used_at timestamptz,
  revoked_at timestamptz,
  revoked_by text
);

-- Sign-in by identity providers, sessions that their owner sees and ends, and machines with client credentials.

-- A session says how it was opened. `external_*` is what a provider's back-channel logout names it by.
alter table people_session
  add column id text,
  add column provider text not null default 'link',
  add column strength text not null default 'single-factor' check (strength in ('single-factor', 'multi-factor')),
  add column authenticated_at timestamptz,
  add column last_seen_at timestamptz,
  add column issuer text,
  add column subject text,
  add column external_sid text;

create unique index people_session_by_id on people_session (id);
create index people_session_by_person on people_session (person_id);
create index people_session_by_issuer on people_session (issuer, subject) where issuer is not null;

-- Who assigned a role: `inside` (this house), or the id of the provider whose claims gave it, held as of that sign-in.
alter table people_role_holding add column source text not null default 'inside';

-- A link signs in, or invites: the invited person is bound to the account with which they first sign in.
alter table people_sign_in_link
  add column purpose text not null default 'sign-in' check (purpose in ('sign-in', 'invitation'));

-- The account at a provider that is a person here. An ended one stays: acts of its time are explained by it.
create table people_external_identity (
  id bigint generated always as identity primary key,
  issuer text not null,
  subject text not null,
  person_id text not null references people_person (id),
  provider text not null,
  bound_at timestamptz not null,
  ended_at timestamptz
);

create unique index people_external_identity_in_force on people_external_identity (issuer, subject)
  where ended_at is null;
create index people_external_identity_by_person on people_external_identity (person_id);

-- A sign-in on its way: begun in one browser, answered by one provider, once, within minutes.
create table people_sign_in_transaction (
  state_sha256 text primary key,
  browser_sha256 text not null,
  provider text not null,
  nonce text not null,
  code_verifier text not null,
  redirect_uri text not null,
  return_to text not null,
  is_step_up boolean not null,
  -- Of a step-up: the session that is renewed, and whose it is.
  session_sha256 text,
  person_id text references people_person (id),
  invitation_sha256 text,
  created_at timestamptz not null,
  expires_at timestamptz not null
);

-- Ids of signed statements that count once (logout tokens, client assertions), kept as long as they would be valid.
create table people_seen_statement (
  issuer text not null,
  statement_id text not null,
  expires_at timestamptz not null,
  primary key (issuer, statement_id)
);

-- A machine that fetches its own short-lived tokens (OAuth 2.0 client credentials).
create table people_oauth_client (
  id text primary key,
  name text not null,
  organisation_id text not null references people_organisation (id),
  scopes jsonb not null,
  secret_sha256 text,
  -- Public keys (JWK set) with which it signs its assertions.
  jwks jsonb,
  -- SHA-256 (hex) of the certificate that the proxy in front must have seen.
  certificate_sha256 text check (certificate_sha256 ~ '^[0-9a-f]{64}$'),
  created_by text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  last_used_at timestamptz,
  revoked_at timestamptz,
  revoked_by text,
  check (secret_sha256 is not null or jwks is not null or certificate_sha256 is not null)
);

create table people_access_token (
  secret_sha256 text primary key,
  client_id text not null references people_oauth_client (id),
  scopes jsonb not null,
  certificate_sha256 text,
  issued_at timestamptz not null,
  expires_at timestamptz not null
);

create index people_access_token_by_expiry on people_access_token (expires_at);

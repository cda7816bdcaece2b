-- A link that signs one person in once, soon after it was made; only its digest is kept.
create table people_sign_in_link (
  secret_sha256 text primary key,
  person_id text not null references people_person (id),
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz
);

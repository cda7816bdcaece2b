-- The evidence ledger: what was acted, in one order for ever, under one signed root.

-- Fixed when the installation is created: its name, what kind of installation it is, and the key that signs.
create table ledger_origin (
  only_one boolean primary key default true check (only_one),
  origin text not null,
  kind text not null check (kind in ('live', 'simulation', 'demonstration')),
  public_key bytea not null check (length(public_key) = 32),
  created_at timestamptz not null
);

-- Acts that are durable and wait for their place: written in the act's own transaction, taken by the sequencer.
create table ledger_pending (
  place bigint generated always as identity primary key,
  id text not null unique,
  act text not null
);

create table ledger_entry (
  entry_index bigint primary key check (entry_index >= 0),
  pending_id text not null unique,
  kind text not null,
  chain text not null,
  chain_seq bigint not null check (chain_seq >= 0),
  occurred_at timestamptz not null,
  recorded_at timestamptz not null,
  -- the canonical DSSE envelope, exactly as hashed
  bytes bytea not null check (length(bytes) between 1 and 65535),
  leaf_hash bytea not null check (length(leaf_hash) = 32),
  -- hashes of the larger perfect subtrees that this entry completes, smallest first: proofs read these, not all leaves
  subtree_hashes bytea not null check (length(subtree_hashes) % 32 = 0),
  unique (chain, chain_seq)
);

-- Signed envelopes are base64 of JSON, already close to random: compressing them costs time and saves nothing.
alter table ledger_entry alter column bytes set storage external;

create index ledger_entry_by_kind on ledger_entry (kind, entry_index);

-- Every checkpoint ever signed. One size has one root: the key makes a second one impossible.
create table ledger_checkpoint (
  size bigint primary key check (size > 0),
  root bytea not null check (length(root) = 32),
  note text not null,
  signed_at timestamptz not null
);

create trigger ledger_origin_append_only
  before update or delete on ledger_origin for each row execute function forbid_change();
create trigger ledger_entry_append_only
  before update or delete on ledger_entry for each row execute function forbid_change();
create trigger ledger_checkpoint_append_only
  before update or delete on ledger_checkpoint for each row execute function forbid_change();
create trigger ledger_origin_not_emptied
  before truncate on ledger_origin for each statement execute function forbid_change();
create trigger ledger_entry_not_emptied
  before truncate on ledger_entry for each statement execute function forbid_change();
create trigger ledger_checkpoint_not_emptied
  before truncate on ledger_checkpoint for each statement execute function forbid_change();

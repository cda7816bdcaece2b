-- Which policies decide. Texts by their digest; which of them are in force since when, and by which proposal.

create table people_policy_set (
  digest text primary key,
  texts jsonb not null,
  stored_at timestamptz not null
);

create trigger people_policy_set_append_only
  before update or delete on people_policy_set for each row execute function forbid_change();

-- Without a proposal: the policies that came with the installation, at its first start.
create table people_policy_in_force (
  no bigint generated always as identity primary key,
  digest text not null references people_policy_set (digest),
  since timestamptz not null,
  proposal_id text
);

create trigger people_policy_in_force_append_only
  before update or delete on people_policy_in_force for each row execute function forbid_change();

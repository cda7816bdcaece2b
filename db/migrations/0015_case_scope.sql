-- Who may see what: an assessor the cases drawn for the random audit, a sender what its own organisation has sent.

-- Few of all cases; pages of them are walked like those of all.
create index monitor_prediction_drawn on monitor_prediction (feed_no, predicted_at, case_id)
  where revision = 0 and audit_level & 1 = 1;

-- Null: loaded by the operator of this machine, or before this was kept; whoever sees everything sees those.
alter table monitor_batch add column organisation_id text;

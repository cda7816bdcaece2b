-- What the further kinds of claims read: the stratum a case belongs to, what the model said about its own certainty,
-- and the lesions of the reference standard. All optional; rows from before have none of it.

alter table monitor_prediction
  add column vendor text,
  add column scanner text,
  -- beginning of a five-year band of age, e.g. 60 for 60-64; never a date of birth
  add column age_band smallint,
  add column prediction_set text check (prediction_set in ('none', 'negative', 'positive', 'both')),
  -- the model declined to answer, or could not: `probability` is then what the care path assumes in its place
  add column abstained boolean,
  add column failed boolean,
  -- lesion candidates at the operating point
  add column candidates smallint;

-- Reference lesions as one version found them (largest first), and its false-positive candidates.
alter table monitor_outcome add column lesions jsonb;

-- An open deficiency of data health forbids `confirmed`: looked up with every advance.
create index monitor_deficiency_of_data_health on monitor_deficiency (model_version_id)
  where code = 'D13' and state not in ('closed', 'dismissed');

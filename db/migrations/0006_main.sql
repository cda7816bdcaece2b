-- What an installation knows of itself: its kind and name, the time of a simulation, how far a demonstration is filled.
-- One row a name; in the database, so that a backup holds it.
create table main_setting (
  name text primary key,
  value jsonb not null
);

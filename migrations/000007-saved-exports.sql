-- Saved exports: what is exported again and again under one name.
create table dovetail.saved_exports (
  name       text primary key check (name ~ '^[a-z0-9][a-z0-9_-]{0,62}$'),
  entity     text not null,
  -- Conditions, fields, order, format and its options, as they were asked for.
  body       jsonb not null,
  -- Rises with every change.
  version    integer not null default 1,
  created_at timestamptz not null default now(),
  -- When the present version was saved, and who saved it.
  changed_at timestamptz not null default now(),
  changed_by jsonb not null
);
comment on table dovetail.saved_exports is 'Exports saved under a name, to be made again.';

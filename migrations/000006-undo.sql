-- Undo: what a run wrote over is kept with it, within a cap, so that the run can be taken back.

alter table dovetail.runs drop constraint runs_kind_check;
alter table dovetail.runs add constraint runs_kind_check check (kind in ('import', 'export', 'sync', 'load', 'undo'));
-- Whether the run can be taken back: what it wrote is kept, was given up (undo_why says why), has expired, or was undone
-- (undone_by is the run that did). Null: nothing was asked to be kept.
alter table dovetail.runs add column undo text check (undo in ('kept', 'given_up', 'expired', 'undone'));
alter table dovetail.runs add column undo_why text;
alter table dovetail.runs add column undone_by bigint;

-- The tables a run wrote to, as their columns were then.
create table dovetail.run_undo_tables (
  run_id       bigint not null references dovetail.runs on delete cascade,
  number       smallint not null,
  description  jsonb not null,
  primary key (run_id, number)
);
comment on table dovetail.run_undo_tables is 'Tables that a run wrote to, with the columns whose values are kept.';

-- One row for each record a run wrote, in the order in which they were written. No foreign key: it would be asked for every
-- record of every import.
create table dovetail.run_undo (
  run_id   bigint not null,
  id       bigint generated always as identity,
  tab      smallint not null,
  -- i: inserted, u: updated, d: deleted.
  action   "char" not null,
  line     bigint,
  -- Values in PostgreSQL's own text form, in the order of the table's description.
  key      text[] not null,
  -- Updated: the fields that were set, as they were and as they were written. Deleted: the whole record.
  before   text[],
  after    text[],
  -- Inserted: of the whole record, to know it again.
  digest   uuid,
  -- Put off while the run is being undone: others stood in its way.
  waits    boolean not null default false,
  primary key (run_id, id)
);
create index run_undo_waiting on dovetail.run_undo (run_id, tab, key) where waits;
comment on table dovetail.run_undo is 'What a run wrote over, kept so that it can be undone.';

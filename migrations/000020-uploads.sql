-- Files that come in pieces, before anything is done with them; and what a dry run would change, so that it can be looked through in pages.

create table dovetail.uploads (
  -- Made by chance, and the name of the file in the folder of uploads.
  id           text primary key,
  -- Who sends it: nobody else may send more of it, or use it.
  owner_kind   text not null,
  owner_id     text not null,
  name         text not null,
  -- Upload-Metadata as it was sent.
  metadata     text not null,
  size         bigint not null,
  -- So many bytes are on the disk for certain. Another process that goes on with it raises the fence first.
  received     bigint not null default 0,
  fence        bigint not null default 0,
  -- SHA-256 in hexadecimal, once all bytes are there.
  sha256       text,
  created_at   timestamptz not null,
  expires_at   timestamptz not null
);
create index uploads_by_age on dovetail.uploads (expires_at);
comment on table dovetail.uploads is 'Files that clients upload, to be imported.';

alter table dovetail.runs drop constraint runs_kind_check;
alter table dovetail.runs add constraint runs_kind_check
  check (kind in ('import', 'export', 'sync', 'load', 'undo', 'dry_run'));
-- What a dry run or an export has to say besides its counters.
alter table dovetail.runs add column report jsonb;

-- One row for each cell that a dry run would change. No foreign key to the run, as for everything there is of single rows.
create table dovetail.run_differences (
  id      bigint generated always as identity primary key,
  run_id  bigint not null,
  -- Cells of one record have one number, from 1.
  record  bigint not null,
  -- Null for a record that the source doesn't have.
  row     bigint,
  line    bigint,
  action  text not null check (action in ('added', 'updated', 'deleted')),
  -- By field, by which the record is known.
  identity jsonb not null,
  field   text not null,
  before  text,
  after   text
);
create index run_differences_in_order on dovetail.run_differences (run_id, record, id);
create index run_differences_by_row on dovetail.run_differences (run_id, row);
comment on table dovetail.run_differences is 'What a dry run would change, cell by cell.';

-- Initial load: what was applied of a project's scripts and fixtures, each in the transaction that applied it.

create table dovetail.loaded_files (
  -- Name of the load folder and path of the file in it: the same on every machine.
  folder       text not null,
  path         text not null,
  -- The version folder it lies in; null outside of one.
  version      text,
  -- SHA-256 in hexadecimal, of text files without regard to their line ends.
  checksum     text not null,
  -- The environment it was loaded for; null if none was named.
  environment  text,
  applied_at   timestamptz not null default now(),
  -- How long it took, in milliseconds; null if it was only noted as applied.
  milliseconds bigint,
  -- Statements and rows of a script, records of a fixture by what became of them.
  counters     jsonb not null default '{}',
  -- The runs that wrote the fixture's records, one for each entity; empty for a script.
  runs         bigint[] not null default '{}',
  primary key (folder, path)
);
comment on table dovetail.loaded_files is 'Scripts and fixtures that `dovetail load` has applied.';

-- A fixture's records are written by runs too.
alter table dovetail.runs drop constraint runs_kind_check;
alter table dovetail.runs add constraint runs_kind_check check (kind in ('import', 'export', 'sync', 'load'));

-- Runs: every import, export and sync is a row here, with its checkpoints, errors and whatever must survive a kill.

create table dovetail.runs (
  id               bigint generated always as identity primary key,
  kind             text not null check (kind in ('import', 'export', 'sync')),
  entity           text not null,
  title            text not null,
  state            text not null default 'queued'
                   check (state in ('queued', 'running', 'completed', 'completed_with_errors', 'stopped', 'failed', 'cancelled')),
  -- What to do, complete: a resume reads nothing else.
  settings         jsonb not null,
  origin           jsonb not null,
  -- The fencing token rises with each claim; a chunk commits only under the current one.
  fence            bigint not null default 0,
  lease_until      timestamptz,
  holder           jsonb,
  cancel_requested boolean not null default false,
  phase            text not null default 'source' check (phase in ('source', 'postponed', 'removal', 'done')),
  -- Why it ended, as an error: code, detail, hint.
  failure          jsonb,
  created_at       timestamptz not null default now(),
  started_at       timestamptz,
  ended_at         timestamptz
);
create index runs_created_at on dovetail.runs (created_at desc);
comment on table dovetail.runs is 'One execution of an import, export or sync.';

create table dovetail.run_checkpoints (
  run_id     bigint not null references dovetail.runs on delete cascade,
  -- Rows of a source are dealt to partitions by identity; each writer moves its own checkpoint. -1: after the source.
  partition  integer not null,
  -- Every row of this partition up to this ordinal is done: written, refused or postponed.
  row        bigint not null,
  read       bigint not null default 0,
  added      bigint not null default 0,
  updated    bigint not null default 0,
  unchanged  bigint not null default 0,
  deleted    bigint not null default 0,
  postponed  bigint not null default 0,
  failed     bigint not null default 0,
  warnings   bigint not null default 0,
  primary key (run_id, partition)
);

create table dovetail.run_errors (
  id        bigint generated always as identity primary key,
  run_id    bigint not null references dovetail.runs on delete cascade,
  severity  text not null check (severity in ('error', 'warning')),
  row       bigint,
  line      bigint,
  "column"  text,
  field     text,
  value     text,
  code      text not null,
  message   text not null,
  hint      text,
  -- The row's cells as they came, on the first error of each row: what the file of failed rows is made of.
  cells     text[],
  -- What each cell was (absent, empty, null, text, JSON), one digit a cell, so that a null comes back as a null there.
  kinds     text
);
create index run_errors_in_order on dovetail.run_errors (run_id, coalesce(row, 0), id);

-- Rows that refer to a record further down the source wait here, in the transaction of the chunk they came in.
create table dovetail.run_postponed (
  run_id  bigint not null references dovetail.runs on delete cascade,
  row     bigint not null,
  line    bigint not null,
  say     text,
  data    text[] not null,
  cells   text[],
  kinds   text,
  primary key (run_id, row)
);

-- Keys of the records that a mirror run met in its source; what is not here is removed in the end.
create table dovetail.run_seen (
  run_id  bigint not null references dovetail.runs on delete cascade,
  key     text not null,
  -- The line on which the record was met last, so that a second row for it can name both lines.
  line    bigint,
  primary key (run_id, key)
);

-- Whether a text can be read as a type; null if so, else the server's message. For types only PostgreSQL can judge.
create function dovetail.cast_error(value text, type text) returns text
language plpgsql stable as $$
begin
  execute format('select %L::%s', value, type);
  return null;
exception when others then
  return sqlerrm;
end
$$;

-- The change stream: every committed change of the watched tables, in order, kept for a set time.

-- Within an epoch positions are comparable. A new one begins where they stop being so.
create table dovetail.change_epochs (
  epoch        integer primary key,
  capture      text not null check (capture in ('wal', 'trigger')),
  -- In plain words: why it began.
  reason       text not null,
  -- Of the server it is read from, to know another one, or the same one after a failover.
  system_id    text not null,
  timeline     bigint not null,
  started_at   timestamptz not null default now(),
  -- Null: the tables have not all been read again. Whoever finds it so begins another one.
  ready_at     timestamptz
);
comment on table dovetail.change_epochs is 'Epochs of the change stream.';

-- What a table looked like when changes of it were logged: values are kept as they came and read by this.
create table dovetail.change_tables (
  id           integer primary key generated always as identity,
  schema_name  name not null,
  table_name   name not null,
  -- [{"name": …, "type": oid, "modifier": …, "key": place in the key, 0 for none}], in the order of the values.
  columns      jsonb not null,
  -- Tables may have more columns than an index row has room for.
  digest       text not null generated always as (md5(columns::text)) stored,
  unique (schema_name, table_name, digest)
);
comment on table dovetail.change_tables is 'Shapes of tables in the change log.';

-- How far the log reaches. One row, updated by the statement that adds to the log, if it is where the writer believes it to be.
create table dovetail.change_head (
  one          boolean primary key default true check (one),
  epoch        integer not null default 0,
  lsn          pg_lsn not null default '0/0',
  ordinal      bigint not null default 0,
  -- All before it in the WAL is in the log: the slot need not keep it. Never behind what the slot was told.
  read_to      pg_lsn not null default '0/0'
) with (fillfactor = 10);
insert into dovetail.change_head default values;
comment on table dovetail.change_head is 'The end of the change log.';

-- The log is kept in parts that are dropped whole.
create table dovetail.change_parts (
  part          integer primary key,
  -- The position that its first entry comes after.
  after_epoch   integer not null,
  after_lsn     pg_lsn not null,
  after_ordinal bigint not null,
  started_at    timestamptz not null,
  -- Null for the one that is written to.
  closed_at     timestamptz
);
comment on table dovetail.change_parts is 'Parts of the change log.';

-- A row holds as many changes as fit into a page, or as there are: one for each would be ten times the work for whoever writes, and
-- for the server, which reads its own WAL of it.
create table dovetail.changes (
  part         integer not null,
  epoch        integer not null,
  -- Of its last entry.
  lsn          pg_lsn not null,
  ordinal      bigint not null,
  entries      integer not null,
  bytes        integer not null,
  -- Of the transaction of its last entry.
  committed_at timestamptz not null,
  -- See src/engine/changes/log/block-format.ts.
  body         bytea not null,
  primary key (epoch, lsn, ordinal, part)
) partition by list (part);
alter table dovetail.changes alter column body set storage external;
comment on table dovetail.changes is 'The change log.';

-- What mappings need: rows they skip and records they write along with others are counted, they are kept by name in versions,
-- and what people confirmed about headers is remembered.

alter table dovetail.run_checkpoints add column skipped bigint not null default 0;
comment on column dovetail.run_checkpoints.skipped is 'Rows that a condition of the mapping passed over.';

create table dovetail.run_parts (
  run_id     bigint not null references dovetail.runs on delete cascade,
  -- The relation of the mapping under which the records stand.
  part       text not null,
  added      bigint not null default 0,
  updated    bigint not null default 0,
  unchanged  bigint not null default 0,
  deleted    bigint not null default 0,
  failed     bigint not null default 0,
  primary key (run_id, part)
);
comment on table dovetail.run_parts is 'What a run did to records that belong to its records.';

create table dovetail.mappings (
  name        text not null check (name ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$'),
  -- Every saving is a new version, from 1; the highest counts.
  version     integer not null,
  entity      text not null,
  -- As it was written, comments and all.
  body        text not null,
  note        text,
  created_by  text not null,
  created_at  timestamptz not null default now(),
  primary key (name, version)
);
comment on table dovetail.mappings is 'Mappings by name, in versions.';

create table dovetail.synonyms (
  entity      text not null,
  -- The header without case, separators and accents.
  header      text not null,
  field       text not null,
  -- How often it was confirmed, and where last.
  times       integer not null default 1,
  source      text not null,
  updated_at  timestamptz not null default now(),
  primary key (entity, header, field)
);
comment on table dovetail.synonyms is 'Headers that people confirmed to mean a field; matching uses them.';

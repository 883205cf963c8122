-- Ids by which other systems know records. Whoever deletes a record by SQL leaves its row here: it leads nowhere, and is removed later.
create table dovetail.external_ids (
  id           bigint generated always as identity primary key,
  system       text not null check (system ~ '^[a-z0-9][a-z0-9_.-]{0,62}$'),
  entity       text not null,
  -- The record's own id, as the API writes it.
  key          text not null,
  -- What begins with ~ is an id of our own among those of another system.
  external_id  text not null check (external_id <> '' and external_id not like '~%' and length(external_id) <= 255),
  created_by   jsonb not null,
  created_at   timestamptz not null default now(),
  unique (system, entity, key),
  unique (system, entity, external_id)
);
create index external_ids_by_record on dovetail.external_ids (entity, key);
comment on table dovetail.external_ids is 'Ids by which other systems know records.';

-- What a batch tells its sender of each record. A run of any other kind leaves no rows here. No foreign key to the run: it would be asked
-- for every chunk; whoever removes a run removes these with it.

-- One row for each writing statement: records by their place in the batch, what became of them, and their keys as the API calls them.
create table dovetail.run_results (
  run_id   bigint not null,
  id       bigint generated always as identity,
  entity   text not null,
  -- In the body, rising.
  places   bigint[] not null,
  -- i: added, u: updated, d: deleted, =: unchanged.
  actions  "char"[] not null,
  keys     text[] not null,
  primary key (run_id, id)
);
comment on table dovetail.run_results is 'What became of each record of a batch.';

-- Records that others of the batch refer to by a local id, or that refer to others so.
create table dovetail.run_locals (
  run_id   bigint not null,
  line     bigint not null,
  type     text not null,
  lid      text,
  -- Once the record is written.
  key      text,
  primary key (run_id, line)
);
create unique index run_locals_by_lid on dovetail.run_locals (run_id, type, lid);
comment on table dovetail.run_locals is 'Local ids of a batch, and the records they became.';

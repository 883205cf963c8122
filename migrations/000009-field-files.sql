-- Files that fields of records name: what was put where, what addresses gave, and which fields may name them.

create table dovetail.field_files (
  storage   text not null,
  -- In the storage: made of the SHA-256 of the content and an ending by its type.
  path      text not null,
  -- Content type, by the first bytes.
  type      text not null,
  size      bigint not null,
  -- Width times height; null: no image, or one without pixels.
  pixels    bigint,
  -- When the storage had it whole; null: it is on its way, or never got there.
  put_at    timestamptz,
  -- When an import last wanted it: the row is there before the file, and the file before the record.
  noted_at  timestamptz not null default now(),
  primary key (storage, path)
);
comment on table dovetail.field_files is 'Files that imports put into a storage for fields of records.';

create table dovetail.fetched_files (
  storage        text not null,
  -- SHA-256 of the address, which may hold secrets.
  address        bytea not null,
  path           text not null,
  -- What the address said about its version, to ask the next time whether it is still that one.
  etag           text,
  last_modified  text,
  -- The run that asked last: it does not ask again.
  run_id         bigint not null,
  asked_at       timestamptz not null default now(),
  primary key (storage, address),
  foreign key (storage, path) references dovetail.field_files on delete cascade
);
create index fetched_files_path on dovetail.fetched_files (storage, path);
comment on table dovetail.fetched_files is 'What addresses of files gave when they were last asked.';

-- Fields that imports put paths into. They count as naming files for as long as they exist, whatever the configuration says by then.
create table dovetail.file_fields (
  storage      text not null,
  schema_name  text not null,
  table_name   text not null,
  field_name   text not null,
  -- What stands before the path in the field.
  address      text not null default '',
  primary key (storage, schema_name, table_name, field_name, address)
);
comment on table dovetail.file_fields is 'Fields whose values name files of a storage.';

-- Answers of requests that carried an Idempotency-Key, kept in the transaction that wrote what they tell of.
create table dovetail.idempotency_keys (
  -- Whose key it is: two callers may choose the same one.
  caller       text not null,
  key          text not null,
  -- SHA-256 of method, address and body: another request under the same key is a mistake.
  fingerprint  bytea not null,
  -- Null only within the transaction that is still at work.
  status       smallint,
  headers      jsonb,
  body         text,
  created_at   timestamptz not null default now(),
  primary key (caller, key)
);
create index idempotency_keys_by_age on dovetail.idempotency_keys (created_at);
comment on table dovetail.idempotency_keys is 'Answers of requests that carried an Idempotency-Key, for 24 hours.';

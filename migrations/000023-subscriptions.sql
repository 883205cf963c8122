-- Subscriptions: who wants which changes, where they go, how far each is; and what could not be delivered yet.

create table dovetail.subscriptions (
  id           bigint generated always as identity primary key,
  name         text not null unique,
  -- Whose rights decide what it sees; program: whoever runs Dovetail itself.
  owner_kind   text not null check (owner_kind in ('program', 'user', 'client')),
  owner_id     text not null,
  -- [{"entity": …, "operations": […], "fields": […], "where": …}]
  wants        jsonb not null,
  form         text not null check (form in ('document', 'thin')),
  mode         text not null check (mode in ('every', 'last')),
  sink         text not null,
  settings     jsonb not null,
  -- Settings that are secret, as sealed JSON.
  secrets      bytea not null,
  -- Where it delivers, for people.
  endpoint     text not null,
  state        text not null check (state in ('active', 'paused', 'disabled')),
  -- Why it is disabled.
  reason       text,
  created_by   jsonb not null,
  created_at   timestamptz not null,
  -- Everything up to here is delivered or lies in parked_messages.
  epoch        integer not null,
  lsn          pg_lsn not null,
  ordinal      bigint not null,
  -- wanted: begins with all records there are. Else the snapshot they were read in: what it saw is not told again.
  snapshot     text,
  -- Which process delivers it, and until when others leave it alone. The fence rises with each that takes it.
  holder       text,
  held_until   timestamptz,
  fence        bigint not null default 0,
  -- Rises with each change from outside, so that its holder notices.
  version      bigint not null default 0,
  delivered    bigint not null default 0,
  delivered_at timestamptz,
  -- Since when no attempt was successful.
  failing_since timestamptz
);
create index subscriptions_to_claim on dovetail.subscriptions (id) where state = 'active';
comment on table dovetail.subscriptions is 'Who wants which changes, and where they go.';

create table dovetail.parked_messages (
  id           bigint generated always as identity primary key,
  subscription_id bigint not null references dovetail.subscriptions on delete cascade,
  message_id   text not null,
  type         text not null,
  -- Messages of one record go in the order of their ids.
  record       text not null,
  time         text not null,
  position     text not null,
  media_type   text not null,
  body         text not null,
  state        text not null check (state in ('waiting', 'given_up')),
  attempts     integer not null,
  parked_at    timestamptz not null,
  -- Of the first of its record: not before.
  next_at      timestamptz,
  -- What the last attempt came to.
  says         text,
  unique (subscription_id, message_id)
);
comment on table dovetail.parked_messages is 'Messages that wait for another attempt, and those that were given up.';

create table dovetail.deliveries (
  id           bigint generated always as identity primary key,
  subscription_id bigint not null references dovetail.subscriptions on delete cascade,
  message_id   text not null,
  type         text not null,
  record       text not null,
  position     text not null,
  attempt      integer not null,
  outcome      text not null check (outcome in ('accepted', 'retry', 'refused', 'gone', 'given_up')),
  status       text,
  says         text,
  -- The beginning of what was sent.
  request      text not null,
  took_ms      integer not null,
  at           timestamptz not null
);
create index deliveries_of_subscription on dovetail.deliveries (subscription_id, id);
create index deliveries_by_age on dovetail.deliveries (at);
comment on table dovetail.deliveries is 'Attempts to deliver.';

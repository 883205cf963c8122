-- Alerts: what a person should know; who is told of which, when each step of telling is due, and who was told.

create table dovetail.alerts (
  id               bigint generated always as identity primary key,
  created_at       timestamptz not null,
  -- When it was raised last, or changed.
  updated_at       timestamptz not null,
  -- The part of the product, or of the project, that raised it.
  source           text not null,
  resource         text,
  type             text not null,
  operation        text,
  step             text,
  item_id          text,
  -- What the other system calls the item.
  external_id      text,
  organization     text,
  -- Whose it is, as rights name them: client 7, user 3; null: nobody's.
  owner            text,
  -- Whose doing raised it, as people call them.
  user_name        text,
  message          text not null,
  details          jsonb not null default '{}',
  severity         text not null check (severity in ('info', 'warning', 'error', 'critical')),
  -- How often it was raised.
  count            bigint not null,
  state            text not null default 'open' check (state in ('open', 'acknowledged', 'resolved')),
  -- Of what makes it the same problem.
  fingerprint      bytea not null check (length(fingerprint) = 32),
  acknowledged_at  timestamptz,
  acknowledged_by  jsonb,
  resolved_at      timestamptz,
  -- Null: by itself.
  resolved_by      jsonb,
  -- When routes were looked through for it; null: they are still to be.
  routed_at        timestamptz,
  -- When there was nothing more to tell of it, after it was resolved.
  closed_at        timestamptz
);
-- The same problem has one row until it is resolved.
create unique index alerts_unresolved on dovetail.alerts (fingerprint) where state <> 'resolved';
create index alerts_by_item on dovetail.alerts (source, item_id) where state <> 'resolved';
create index alerts_unrouted on dovetail.alerts (id) where routed_at is null;
create index alerts_unclosed on dovetail.alerts (id) where state = 'resolved' and closed_at is null;
create index alerts_latest on dovetail.alerts (updated_at desc, id desc);
create index alerts_by_end on dovetail.alerts (resolved_at) where resolved_at is not null;
comment on table dovetail.alerts is 'What a person should know: open, acknowledged or resolved.';

create table dovetail.alert_routes (
  name             text primary key,
  -- Of these sources, types and organizations; null: of all.
  sources          text[],
  types            text[],
  organizations    text[],
  -- At least so severe; null: all.
  severity         text check (severity in ('info', 'warning', 'error', 'critical')),
  -- All addresses, encrypted under a key that is not in the database: some hold what lets one in.
  sealed           bytea not null,
  -- The same without what is secret.
  shown            jsonb not null,
  digest_minutes   integer check (digest_minutes > 0),
  repeat_minutes   integer check (repeat_minutes > 0),
  -- Hours in which nobody is told: windows, time zone, and from which severity on they don't hold.
  quiet            jsonb,
  tells_resolved   boolean not null default false,
  paused           boolean not null default false,
  created_by       jsonb not null,
  created_at       timestamptz not null,
  changed_at       timestamptz not null
);
comment on table dovetail.alert_routes is 'Who is told of which alerts, beside the routes of the configuration.';

create table dovetail.alert_steps (
  alert_id  bigint not null references dovetail.alerts on delete cascade,
  route     text not null,
  step      text not null check (step in ('raised', 'repeated', 'escalated', 'resolved')),
  -- Which repeat, which escalation; from 1.
  number    integer not null,
  due_at    timestamptz not null,
  -- When it was seen to: told, or left out because nobody need know any more.
  done_at   timestamptz,
  primary key (alert_id, route, step, number)
);
create index alert_steps_due on dovetail.alert_steps (due_at) where done_at is null;
comment on table dovetail.alert_steps is 'When what is to be told of an alert.';

create table dovetail.alert_notices (
  id         bigint generated always as identity primary key,
  alert_id   bigint not null,
  route      text not null,
  step       text not null,
  number     integer not null,
  -- Who is told; of an address that may hold a secret only the host, and a digest.
  target     text not null,
  queued_at  timestamptz not null,
  sent_at    timestamptz,
  failed_at  timestamptz,
  -- Why it was not sent.
  says       text,
  -- Nobody is told of one step twice.
  unique (alert_id, route, step, number, target),
  foreign key (alert_id, route, step, number) references dovetail.alert_steps on delete cascade
);
comment on table dovetail.alert_notices is 'Who was told of which alert.';

-- What is done again and again by whichever worker sees the moment first: beside daily_jobs, for other periods.
create table dovetail.regular_jobs (
  task  text primary key,
  -- The beginning of the period for which it was queued last.
  slot  timestamptz not null
);
comment on table dovetail.regular_jobs is 'Housekeeping that is done once in each period by whichever worker is there first.';

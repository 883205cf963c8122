-- Schedules: what shall be imported or exported, and when. Every moment a schedule came to is a row in schedule_firings.

create table dovetail.schedules (
  id          bigint generated always as identity primary key,
  name        text not null unique,
  kind        text not null check (kind in ('import', 'export')),
  -- The job that does it.
  task        text not null,
  -- From where or to where, and the call: the same as the options of the command line.
  settings    jsonb not null,
  -- Five fields: minute, hour, day of the month, month, day of the week.
  cron        text not null,
  -- IANA name of the time zone the cron expression is meant in.
  time_zone   text not null,
  -- Moments outside all of these are no moments; none: always open.
  windows     jsonb not null default '[]',
  -- What becomes of a moment that comes while the one before is still at work.
  overlap     text not null default 'skip' check (overlap in ('skip', 'queue')),
  paused      boolean not null default false,
  created_by  jsonb not null,
  created_at  timestamptz not null default now(),
  -- The next moment; null while it is paused.
  next_at     timestamptz
);
create index schedules_next_at on dovetail.schedules (next_at) where next_at is not null;
comment on table dovetail.schedules is 'Imports and exports that are done again and again.';

create table dovetail.schedule_firings (
  id           bigint generated always as identity primary key,
  schedule_id  bigint not null references dovetail.schedules on delete cascade,
  -- The moment it was due, or at which somebody asked for it.
  moment       timestamptz not null,
  -- Who asked for it; null: the clock.
  asked_by     jsonb,
  state        text not null default 'queued' check (state in ('queued', 'running', 'done', 'nothing', 'failed', 'skipped')),
  -- True where no worker was there at the moment.
  late         boolean not null default false,
  -- What was done, in words.
  says         text,
  -- The job that does it, in the queue.
  job          text,
  created_at   timestamptz not null default now(),
  started_at   timestamptz,
  ended_at     timestamptz,
  unique (schedule_id, moment)
);
comment on table dovetail.schedule_firings is 'Moments of schedules, and what came of each.';

-- Files a schedule has taken, so that none is taken twice.
create table dovetail.taken_files (
  id             bigint generated always as identity primary key,
  schedule_id    bigint not null references dovetail.schedules on delete cascade,
  -- As the source names it: a path, or an address.
  path           text not null,
  size           bigint not null,
  modified_at    timestamptz not null,
  sha256         text not null,
  run_id         bigint references dovetail.runs on delete set null,
  -- Why it could not become a run.
  refusal        text,
  -- What the address said about its version, to ask the next time whether it is still that one.
  etag           text,
  last_modified  text,
  taken_at       timestamptz not null default now(),
  -- When its run was over and the file put away; null before.
  settled_at     timestamptz,
  unique (schedule_id, path, sha256)
);

alter table dovetail.runs add column schedule_id bigint references dovetail.schedules on delete set null;
alter table dovetail.runs add column firing_id bigint references dovetail.schedule_firings on delete set null;
alter table dovetail.runs add column notify jsonb;
comment on column dovetail.runs.notify is 'Who is told of its end: a list of addresses, mail: or https:.';
create index runs_schedule on dovetail.runs (schedule_id, id) where schedule_id is not null;

create table dovetail.daily_jobs (
  task  text primary key,
  -- The day, in UTC, for which it was queued last.
  day   date not null
);
comment on table dovetail.daily_jobs is 'Housekeeping that is done once a day by whichever worker is there first.';

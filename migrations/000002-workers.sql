-- Workers: every process that runs jobs says here, every few seconds, that it lives. Of one that stops saying so,
-- another gives the jobs back to the queue.

create table dovetail.workers (
  -- What the queue locks this worker's jobs with.
  id           text primary key,
  host         text not null,
  pid          integer not null,
  concurrency  integer not null,
  tasks        text[] not null,
  started_at   timestamptz not null default clock_timestamp(),
  seen_at      timestamptz not null default clock_timestamp()
);
comment on table dovetail.workers is 'Processes that run jobs, with the moment each was last seen alive.';

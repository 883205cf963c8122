// The rows of dovetail.schedule_firings: one moment each, from the moment it is due to what came of it.
import type { Queryable } from '../../../foundation/postgres/database.js';
import { ident } from '../../../foundation/postgres/sql-text.js';
import { addJob } from '../enqueue-job.js';
import { JOBS_SCHEMA } from '../install-jobs.js';
import type { Firing, FiringState, Schedule } from './schedule.js';
import { type FiringRow, fromFiringRow, fromRow, type ScheduleRow } from './schedule-store.js';

/**
 * Notes the moment and puts its job into the queue, in the caller's transaction; undefined if it was noted before. The jobs of
 * one schedule run one after the other. A schedule that skips leaves the moment out while an earlier one is not over.
 */
export async function fire(
  client: Queryable,
  schedule: Pick<Schedule, 'id' | 'task' | 'overlap'>,
  moment: Date,
  about: { readonly late: boolean; readonly askedBy?: unknown },
): Promise<Firing | undefined> {
  const busy = schedule.overlap === 'skip' && (await hasOpenFiring(client, schedule.id));
  const { rows } = await client.query<FiringRow>(
    `insert into dovetail.schedule_firings (schedule_id, moment, asked_by, late, state, says, ended_at)
     values ($1, $2, $3, $4, $5, $6, case when $5 = 'skipped' then clock_timestamp() end)
     on conflict (schedule_id, moment) do nothing returning *`,
    [
      schedule.id,
      moment,
      about.askedBy === undefined ? null : JSON.stringify(about.askedBy),
      about.late,
      busy ? 'skipped' : 'queued',
      busy ? 'The one before was still at work.' : null,
    ],
  );
  if (rows[0] === undefined) return undefined;
  if (!busy) {
    const job = await addJob(
      client,
      schedule.task,
      { firing: String(rows[0].id) },
      {
        jobKey: `schedule:${schedule.id}:${moment.toISOString()}`,
        queue: `schedule:${schedule.id}`,
      },
    );
    await client.query('update dovetail.schedule_firings set job = $2 where id = $1', [rows[0].id, job]);
  }
  return fromFiringRow(rows[0]);
}

/** A moment that came while the window was shut, noted as left out. */
export async function leaveOut(
  client: Queryable,
  schedule: string,
  moment: Date,
  says: string,
): Promise<void> {
  await client.query(
    `insert into dovetail.schedule_firings (schedule_id, moment, state, late, says, ended_at)
     values ($1, $2, 'skipped', true, $3, clock_timestamp()) on conflict do nothing`,
    [schedule, moment, says],
  );
}

/** A firing whose job is gone from the queue, or given up there, is over, whatever its row says. */
async function hasOpenFiring(client: Queryable, schedule: string): Promise<boolean> {
  const { rowCount } = await client.query(
    `select from dovetail.schedule_firings f join ${ident(JOBS_SCHEMA)}._private_jobs j on j.id::text = f.job
     where f.schedule_id = $1 and f.state in ('queued', 'running')
       and (j.locked_at is not null or j.attempts < j.max_attempts) limit 1`,
    [schedule],
  );
  return rowCount === 1;
}

/** Takes note that the firing is being done. Undefined if it is over, or its schedule was removed. */
export async function beginFiring(
  db: Queryable,
  id: string,
): Promise<{ readonly firing: Firing; readonly schedule: Schedule } | undefined> {
  const { rows } = await db.query<FiringRow & { schedule: ScheduleRow }>(
    `update dovetail.schedule_firings f set state = 'running', started_at = coalesce(f.started_at, clock_timestamp())
     from dovetail.schedules s where f.id = $1 and s.id = f.schedule_id and f.state in ('queued', 'running')
     returning f.*, to_jsonb(s) || jsonb_build_object('id', s.id::text) as schedule`,
    [id],
  );
  const row = rows[0];
  return row && { firing: fromFiringRow(row), schedule: fromRow(row.schedule) };
}

export async function endFiring(
  db: Queryable,
  id: string,
  state: Extract<FiringState, 'done' | 'nothing' | 'failed'>,
  says: string,
): Promise<void> {
  await db.query(
    `update dovetail.schedule_firings set state = $2, says = $3, ended_at = clock_timestamp() where id = $1`,
    [id, state, says],
  );
}

/** The latest first. */
export async function readFirings(
  db: Queryable,
  schedule: string,
  limit: number,
): Promise<readonly Firing[]> {
  const { rows } = await db.query<FiringRow>(
    'select * from dovetail.schedule_firings where schedule_id = $1 order by id desc limit $2',
    [schedule, limit],
  );
  return rows.map(fromFiringRow);
}

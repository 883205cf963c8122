// Housekeeping: jobs that are done once a day, by whichever worker sees the day begin first.
import type { Database, Queryable } from '../../foundation/postgres/database.js';
import { addJob } from './enqueue-job.js';

/**
 * Queues the tasks if nobody has queued them for the day of `now` (UTC) yet. `known`: the day this process saw last; returns the
 * one it has seen now.
 */
export async function enqueueDaily(
  database: Database,
  tasks: readonly string[],
  now: Date,
  known: string,
): Promise<string> {
  const day = now.toISOString().slice(0, 10);
  if (day === known) return day;
  await database.transaction(async (client) => {
    for (const task of tasks) {
      const { rowCount } = await client.query(
        `insert into dovetail.daily_jobs as d (task, day) values ($1, $2)
         on conflict (task) do update set day = excluded.day where d.day < excluded.day`,
        [task, day],
      );
      if (rowCount === 1) await addJob(client, task, { day });
    }
  });
  return day;
}

/** Each task with the day for which it was queued last. */
export async function readDailyJobs(
  db: Queryable,
): Promise<readonly { readonly task: string; readonly day: Date }[]> {
  const { rows } = await db.query<{ task: string; day: string }>(
    'select task, day::text from dovetail.daily_jobs order by task',
  );
  return rows.map(({ task, day }) => ({ task, day: new Date(`${day}T00:00:00Z`) }));
}

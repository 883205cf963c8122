// Jobs that are done once in each period, by whichever worker sees it begin first.
import type { Database } from '../../foundation/postgres/database.js';
import { addJob } from './enqueue-job.js';

export interface RegularJob {
  readonly task: string;
  /** The period, counted from 1970. */
  readonly minutes: number;
  /** Jobs of one queue run one after the other. */
  readonly queue?: string;
}

const MINUTE_MS = 60_000;

/**
 * Queues the tasks whose period has begun by `now` and for which nobody has queued them yet; one that still waits from the period before
 * is not queued twice. `known`: the periods this process saw last; brought up to date.
 */
export async function enqueueRegular(
  database: Database,
  regular: readonly RegularJob[],
  now: Date,
  known: Map<string, number>,
): Promise<void> {
  for (const { task, minutes, queue } of regular) {
    const period = minutes * MINUTE_MS;
    const slot = Math.floor(now.getTime() / period) * period;
    if (known.get(task) === slot) continue;
    await database.transaction(async (client) => {
      const { rowCount } = await client.query(
        `insert into dovetail.regular_jobs as r (task, slot) values ($1, $2)
         on conflict (task) do update set slot = excluded.slot where r.slot < excluded.slot`,
        [task, new Date(slot)],
      );
      if (rowCount === 1)
        await addJob(client, task, {}, { jobKey: task, ...(queue === undefined ? {} : { queue }) });
    });
    known.set(task, slot);
  }
}

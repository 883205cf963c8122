// What an operator's addresses tell: gathered from the rooms where the numbers arise.

import { readAlertNumbers, SEVERITIES } from './engine/alerts/index.js';
import { readStreamStatus } from './engine/changes/index.js';
import { readQueueNumbers } from './engine/jobs/queue-numbers.js';
import { DEFAULT_TIMING } from './engine/jobs/start-workers.js';
import { readRunNumbers } from './engine/pipeline/index.js';
import type { GaugeReading } from './foundation/observe/metrics.js';
import type { ReadinessCheck } from './foundation/observe/readiness.js';
import type { Database, Queryable } from './foundation/postgres/database.js';
import { listPending, readApplied, readMigrations } from './foundation/postgres/migrations.js';

/** How things are in the database, and with the connections of this process. */
export async function readGauges(
  db: Queryable,
  pools: Readonly<Record<string, Database>>,
): Promise<readonly GaugeReading[]> {
  const [runs, alerts, queue, stream] = await Promise.all([
    readRunNumbers(db),
    readAlertNumbers(db),
    readQueueNumbers(db, DEFAULT_TIMING.deadAfterSeconds),
    readStreamStatus(db),
  ]);
  const byState = (states: ReadonlyMap<string, number>, always: readonly string[]) =>
    [...new Set([...always, ...states.keys()])].map((state) => ({
      labels: { state },
      value: states.get(state) ?? 0,
    }));
  const one = (name: string, says: string, value: number): GaugeReading => ({
    name,
    says,
    values: [{ value }],
  });
  return [
    {
      name: 'runs',
      says: 'Runs that are queued or running.',
      values: byState(runs.open, ['queued', 'running']),
    },
    {
      name: 'runs_ended_last_day',
      says: 'Runs that ended within 24 hours, by how.',
      values: byState(runs.ended, ['completed', 'completed_with_errors', 'stopped', 'failed', 'cancelled']),
    },
    {
      name: 'alerts_open',
      says: 'Alerts that are not resolved, by severity; acknowledged ones apart.',
      values: SEVERITIES.flatMap((severity) =>
        (['open', 'acknowledged'] as const).map((state) => ({
          labels: { severity, state },
          value: alerts.find((one) => one.severity === severity && one.state === state)?.count ?? 0,
        })),
      ),
    },
    one('jobs_waiting', 'Jobs that are due and taken by no worker; counted up to 10,000.', queue.waiting),
    one('jobs_oldest_seconds', 'For how long the oldest of them has been due.', queue.oldestSeconds),
    one('jobs_running', 'Jobs that workers are at.', queue.running),
    one('jobs_failed', 'Jobs that failed for good and still lie in the queue.', queue.failed),
    one('workers', 'Worker processes that were seen within seconds.', queue.workers),
    one('stream_epoch', 'Epoch of the change stream; it rises where changes may be missing.', stream.epoch),
    one('stream_read', 'Whether somebody reads the change stream: 1 or 0.', stream.isRead ? 1 : 0),
    one('stream_lag_bytes', 'WAL that the change log has not yet.', stream.lagBytes),
    one(
      'stream_lag_seconds',
      'Age of the last commit in the change log, if more is to come.',
      stream.lagSeconds,
    ),
    one('stream_slot_bytes', 'WAL that PostgreSQL keeps for the change stream.', stream.slotBytes),
    ...toPoolReadings(pools),
  ];
}

function toPoolReadings(pools: Readonly<Record<string, Database>>): readonly GaugeReading[] {
  const entries = Object.entries(pools);
  const by = (name: string, says: string, read: (pool: Database['pool']) => number): GaugeReading => ({
    name: `pool_${name}`,
    says,
    values: entries.map(([pool, database]) => ({ labels: { pool }, value: read(database.pool) })),
  });
  return [
    by('connections', 'Connections to the database that this process has open.', (pool) => pool.totalCount),
    by('idle', 'Of them, those that nobody uses.', (pool) => pool.idleCount),
    by('limit', 'How many there may be.', (pool) => pool.options.max),
    by('waiting', 'Requests that wait for a connection.', (pool) => pool.waitingCount),
  ];
}

/** Whether requests can be answered: the database is there, and its tables are those of this version. */
export async function toReadinessChecks(db: Queryable): Promise<readonly ReadinessCheck[]> {
  const migrations = await readMigrations();
  return [
    {
      name: 'database',
      async look() {
        await db.query('select 1');
        return undefined;
      },
    },
    {
      name: 'schema',
      async look() {
        try {
          return listPending(migrations, await readApplied(db)).length === 0 ? undefined : 'not set up';
        } catch (error) {
          return SCHEMA_SAYS[(error as { code?: string }).code ?? ''] ?? 'failed';
        }
      },
    },
  ];
}

const SCHEMA_SAYS: Readonly<Record<string, string>> = {
  'POSTGRES-201': 'changed',
  'POSTGRES-202': 'newer than this version',
};

// Does what was shown, in one transaction, and remembers it in the same.
import type { Client, Database, Queryable } from '../../../foundation/postgres/database.js';
import { changesError } from '../changes-errors.js';
import type { UnwatchPlan, WatchPlan, WatchStep } from './watch-plan.js';
import {
  type Capture,
  forgetWatched,
  forgetWatching,
  keepWatched,
  keepWatching,
  lockWatching,
} from './watching-store.js';

export interface ApplyOptions {
  /** Milliseconds to wait for each table: whoever comes after waits for us meanwhile. */
  readonly lockMs: number;
}

export interface KeepOptions {
  readonly acceptUnlimitedWal: boolean;
  readonly outboxBytes: number;
}

/**
 * `planAgain` makes the plan anew inside of the transaction: what differs from what was shown is not done. Throws CHANGES-203 where
 * something is missing, CHANGES-204 where a table is in use, CHANGES-205 where the plan is no longer right.
 */
export async function applyWatch(
  database: Database,
  plan: WatchPlan,
  planAgain: (client: Queryable) => Promise<WatchPlan>,
  { lockMs, ...keep }: ApplyOptions & KeepOptions,
): Promise<void> {
  refuseMissing(plan);
  await withLockLimit(database, lockMs, async (client) => {
    await lockWatching(client);
    refuseStale(plan, await planAgain(client));
    await runSteps(client, plan.steps);
    const { capture, publication } = plan as { readonly capture: Capture; readonly publication?: string };
    await keepWatching(client, { capture, publication, ...keep });
    await keepWatched(client, plan.rows);
  });
}

export async function applyUnwatch(
  database: Database,
  plan: UnwatchPlan,
  planAgain: (client: Queryable) => Promise<UnwatchPlan>,
  { lockMs }: ApplyOptions,
): Promise<void> {
  refuseMissing(plan);
  await withLockLimit(database, lockMs, async (client) => {
    await lockWatching(client);
    refuseStale(plan, await planAgain(client));
    await runSteps(client, plan.steps);
    await forgetWatched(client, plan.forgotten);
    if (plan.isAll) await forgetWatching(client);
  });
}

/**
 * A transaction in which nobody waits for a table's lock for longer than `lockMs`: whoever comes after us would wait for us meanwhile. Throws
 * CHANGES-204 where that was too short; looking at a table needs its lock, too.
 */
export async function withLockLimit<T>(
  database: Database,
  lockMs: number,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  return database.transaction(async (client) => {
    await client.query(`select set_config('lock_timeout', $1, true)`, [`${Math.trunc(lockMs)}ms`]);
    try {
      return await work(client);
    } catch (cause) {
      if ((cause as { code?: string }).code !== '55P03') throw cause;
      throw changesError(204, {
        detail: 'Others are at work on one of the tables for so long that this was given up.',
        hint: 'Nothing was changed. Try again when less is going on (pg_stat_activity says who it is).',
        cause,
      });
    }
  });
}

/** Throws CHANGES-203 if something is missing that only somebody else can give. */
export function refuseMissing({ findings }: Pick<WatchPlan, 'findings'>): void {
  const missing = findings.filter(({ level }) => level === 'missing');
  if (missing.length === 0) return;
  throw changesError(203, {
    detail: missing.map(({ says }) => says).join(' '),
    hint: missing.flatMap(({ statement }) => statement ?? []).join(' '),
  });
}

function refuseStale(shown: { readonly steps: readonly WatchStep[] }, now: typeof shown): void {
  if (JSON.stringify(shown.steps) === JSON.stringify(now.steps)) return;
  throw changesError(205, {
    detail: 'Somebody changed the tables, or what is watched of them, since the plan was shown.',
    hint: 'Look at it again.',
  });
}

export async function runSteps(client: Queryable, steps: readonly WatchStep[]): Promise<void> {
  for (const statement of steps.flatMap((step) => step.statements)) await client.query(statement);
}

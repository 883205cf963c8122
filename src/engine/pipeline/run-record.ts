// Runs that only tell: an export writes nothing into the database, so its run is a record of it, kept where it can be
// kept. It has no chunks and can't be resumed, but shows in the list, and a wish to cancel it arrives.
import type { Database, Queryable } from '../../foundation/postgres/database.js';
import { cancelledRun } from './run-fence.js';
import { LEASE_SECONDS } from './run-lease.js';
import { type NewRun, renewLease, toNotify } from './run-store.js';

export interface RunRecord {
  readonly id: string;
  /** Fires when somebody asks for the run to be cancelled. */
  readonly signal: AbortSignal;
  /** Says how it ended; `rows` is how many records were read. Never throws: what was done is done. */
  end(ending: RecordEnding): Promise<void>;
}

export interface RecordEnding {
  readonly state: 'completed' | 'failed' | 'cancelled';
  readonly rows: number;
  readonly failure?: { readonly code: string; readonly detail: string; readonly hint?: string | undefined };
}

/**
 * Notes that the run has begun. Undefined where that can't be noted: Dovetail is not set up in the database, or this role
 * or server may not write.
 */
export async function beginRecord(
  database: Database,
  run: NewRun,
  leaseSeconds = LEASE_SECONDS,
  /** Called in the transaction that ends it. */
  onEnd?: (client: Queryable, run: string) => Promise<void>,
): Promise<RunRecord | undefined> {
  const values = [run.kind, run.entity, run.title, JSON.stringify(run.settings), JSON.stringify(run.origin)];
  const links = [toNotify(run), run.firing ?? null];
  const id = await database
    .query<{ id: string }>(INSERT, [...values, leaseSeconds, ...links])
    .then((result) => result.rows[0]?.id)
    .catch(() => undefined);
  if (id === undefined) return undefined;
  const abort = new AbortController();
  const renew = async (): Promise<void> => {
    const answer = await renewLease(database, id, FENCE, leaseSeconds, false).catch(() => 'held' as const);
    // Lost: cancelled while it seemed to be dead.
    if (answer !== 'held') abort.abort(cancelledRun(id));
  };
  const timer = setInterval(() => void renew(), (leaseSeconds * 1000) / 3);
  timer.unref();
  return {
    id,
    signal: abort.signal,
    async end({ state, rows, failure }) {
      clearInterval(timer);
      const why = failure === undefined ? null : JSON.stringify(failure);
      await database
        .transaction(async (client) => {
          const ended = await client.query(END, [id, FENCE, state, why, rows]);
          if (ended.rowCount === 1) await onEnd?.(client, id);
        })
        .catch(() => {});
    },
  };
}

/** Nobody ever takes such a run over, so its token never rises. */
const FENCE = '1';

const INSERT = `
  insert into dovetail.runs
    (kind, entity, title, settings, origin, state, fence, started_at, lease_until, notify, firing_id, schedule_id)
  values ($1, $2, $3, $4, $5, 'running', ${FENCE}, clock_timestamp(), clock_timestamp() + make_interval(secs => $6), $7, $8,
    (select schedule_id from dovetail.schedule_firings where id = $8))
  returning id`;

const END = `
  with ended as (
    update dovetail.runs set state = $3, phase = 'done', failure = $4, ended_at = clock_timestamp(), lease_until = null
    where id = $1 and fence = $2 and state = 'running' returning id)
  insert into dovetail.run_checkpoints (run_id, partition, row, read) select id, 0, $5::bigint, $5::bigint from ended`;

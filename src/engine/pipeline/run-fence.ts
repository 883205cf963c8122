// The fence around a run: who may write for it, and how a successor gets rid of what its predecessor left open.
import type { Client, Queryable } from '../../foundation/postgres/database.js';
import { pipelineError } from './pipeline-errors.js';

/** Under which token a process works on a run. */
export interface RunHold {
  readonly id: string;
  readonly fence: string;
}

/**
 * Proves, in an open transaction, that this process still holds the run and that nobody wants it to end. The lock lets
 * writers of one run commit side by side and the lease be renewed, but makes whoever takes the run over wait for them.
 * The session bears the run's name until the transaction ends. Throws PIPELINE-104 or 107.
 */
export async function holdFence(client: Client, run: RunHold, writer: number): Promise<void> {
  const held = await client.query<{ cancel_requested: boolean }>(
    `select cancel_requested, set_config('application_name', $3, true)
     from dovetail.runs where id = $1 and fence = $2 and state = 'running' for key share`,
    [run.id, run.fence, writerName(run, writer)],
  );
  const row = held.rows[0];
  if (row === undefined) throw lostRun(run.id);
  if (row.cancel_requested) throw cancelledRun(run.id);
}

/**
 * Ends the transactions that were begun under this hold and are still open: of a process that was stopped, or behind a
 * connection that is cut on our side only. Without `writer` those of every writer. Call it outside of a transaction.
 */
export async function endLeftovers(db: Queryable, run: RunHold, writer?: number): Promise<void> {
  await db.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and usesysid = (select oid from pg_roles where rolname = session_user)
       and pid <> pg_backend_pid() and ($2 and application_name = $1 or not $2 and starts_with(application_name, $1))`,
    [writer === undefined ? namePrefix(run) : writerName(run, writer), writer !== undefined],
  );
}

const namePrefix = (run: RunHold) => `dovetail run ${run.id}/${run.fence} writer `;
const writerName = (run: RunHold, writer: number) => `${namePrefix(run)}${writer}`;

export function lostRun(id: string) {
  return pipelineError(104, {
    detail: `Run ${id} was taken over by another process; this one can no longer write.`,
    hint: 'Nothing is lost: the other process goes on from the last committed chunk.',
  });
}

export function cancelledRun(id: string) {
  return pipelineError(107, {
    detail: `Run ${id} was cancelled.`,
    hint: `What is written stays. Go on with \`dovetail runs resume ${id}\`.`,
  });
}

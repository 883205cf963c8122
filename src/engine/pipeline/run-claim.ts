// Taking a run: at most one process holds it, and whoever takes it over ends what the one before left open.
import type { Client } from '../../foundation/postgres/database.js';
import { pipelineError } from './pipeline-errors.js';
import type { Run } from './run.js';
import { endLeftovers } from './run-fence.js';
import { HOLDER_ALIVE, readRun, requestCancel } from './run-store.js';

/**
 * Who wants the run: a person may go on with whatever was stopped or cancelled; the queue may not, for that was somebody's
 * wish, and its job is older than the wish.
 */
export type RunTaker = 'person' | 'queue';

const FREE: Readonly<Record<RunTaker, string>> = {
  person: `r.undone_by is null and (r.state in ('queued', 'stopped', 'failed', 'cancelled') or r.state = 'running' and not ${HOLDER_ALIVE})`,
  queue: `r.undone_by is null and (r.state in ('queued', 'failed') or r.state = 'running' and not ${HOLDER_ALIVE} and not r.cancel_requested)`,
};

/**
 * Takes the run for this process: raises its fencing token, so that whoever held it before can no longer commit. Throws
 * PIPELINE-101 if there is none, PIPELINE-102 while its holder is alive, PIPELINE-103 if it is over (or, to the queue,
 * stopped on purpose).
 */
export async function claimRun(
  client: Client,
  id: string,
  leaseSeconds: number,
  taker: RunTaker,
): Promise<{ readonly fence: string; readonly run: Run }> {
  const run = await readRun(client, id);
  const found = await client.query<{ fence: string; free: boolean }>(
    `select r.fence, ${FREE[taker]} as free from dovetail.runs r where r.id = $1`,
    [id],
  );
  const { fence: before, free } = found.rows[0]!;
  if (!free) throw await refusal(client, run, leaseSeconds);
  await endLeftovers(client, { id, fence: before });
  const fence = await raiseFence(client, id, leaseSeconds, taker);
  if (fence === undefined) throw await refusal(client, await readRun(client, id), leaseSeconds);
  // Read anew: a chunk of the one before may have been committed at the last moment.
  return { fence, run: await readRun(client, id) };
}

/**
 * Puts a run that was stopped, cancelled, failed or left alone back among those that wait for a worker. Throws PIPELINE-101, and
 * PIPELINE-102 or 103 as `claimRun` does.
 */
export async function requeueRun(client: Client, id: string, leaseSeconds: number): Promise<void> {
  const { rowCount } = await client.query(
    `update dovetail.runs r
     set state = 'queued', ended_at = null, failure = null, cancel_requested = false, lease_until = null, holder = null
     where r.id = $1 and ${FREE.person}`,
    [id],
  );
  if (rowCount !== 1) throw await refusal(client, await readRun(client, id), leaseSeconds);
}

/** Undefined if another process was quicker. Waits for chunks that are being committed under the old token. */
async function raiseFence(
  client: Client,
  id: string,
  leaseSeconds: number,
  taker: RunTaker,
): Promise<string | undefined> {
  await client.query('begin');
  try {
    await client.query('select from dovetail.runs where id = $1 for update', [id]);
    const claimed = await client.query<{ fence: string }>(
      `update dovetail.runs r
       set fence = r.fence + 1, state = 'running', started_at = coalesce(r.started_at, now()), ended_at = null,
           failure = null, cancel_requested = false, lease_until = clock_timestamp() + make_interval(secs => $2),
           holder = (select jsonb_build_object('backend', a.pid, 'backendStart', a.backend_start::text)
                     from pg_stat_activity a where a.pid = pg_backend_pid())
       where r.id = $1 and ${FREE[taker]}
       returning r.fence`,
      [id, leaseSeconds],
    );
    await client.query('commit');
    return claimed.rows[0]?.fence;
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw error;
  }
}

async function refusal(client: Client, run: Run, leaseSeconds: number): Promise<Error> {
  if (run.undoneBy !== undefined) {
    return pipelineError(103, {
      detail: `Run ${run.id} was undone by run ${run.undoneBy}; it can't go on.`,
      hint: 'Import the file again as a new run.',
    });
  }
  if (run.state === 'running' && run.interrupted) {
    // Only the queue comes here: its worker died before it heard that the run was to end.
    await requestCancel(client, run.id);
  } else if (run.state === 'running') {
    return pipelineError(102, {
      detail: `Run ${run.id} is being worked on by another process.`,
      hint: `Wait for it, or stop it with \`dovetail runs cancel ${run.id}\`. A killed process gives it up within ${leaseSeconds} s.`,
    });
  } else if (run.state === 'stopped' || run.state === 'cancelled') {
    return pipelineError(103, {
      detail: `Run ${run.id} was ${run.state}.`,
      hint: `To go on with it: \`dovetail runs resume ${run.id}\`.`,
    });
  }
  return pipelineError(103, {
    detail: `Run ${run.id} is over (${run.state.replaceAll('_', ' ')}).`,
    hint: 'Start it again as a new run; what is already there will be unchanged.',
  });
}

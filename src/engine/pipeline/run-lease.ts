// Holding a run: the lease is renewed while the process lives, and everything stops when it is lost.
import type { Database } from '../../foundation/postgres/database.js';
import type { Run } from './run.js';
import { claimRun, type RunTaker } from './run-claim.js';
import { cancelledRun, lostRun } from './run-fence.js';
import { renewLease } from './run-store.js';

export interface RunLease {
  readonly run: Run;
  readonly fence: string;
  /** Fires when the lease is lost or the run is to be cancelled; the reason says which. */
  readonly signal: AbortSignal;
  /** Stops renewing. Does not end the run. */
  release(): void;
}

/** Long enough to sit out a garbage collection or a busy disk, short enough that a dead machine's runs are back soon. */
export const LEASE_SECONDS = 15;

/** Claims the run for `taker` and keeps renewing its lease every third of the lease's length. */
export async function holdRun(
  database: Database,
  id: string,
  leaseSeconds = LEASE_SECONDS,
  taker: RunTaker = 'person',
): Promise<RunLease> {
  // The claim names the backend of a connection that stays open as long as this process holds the run.
  const client = await database.pool.connect();
  let connectionLost = false;
  let renewAtOnce = (): void => {};
  const onError = (): void => {
    connectionLost = true;
    // Until the lease says so, the run looks as if nobody held it.
    renewAtOnce();
  };
  client.on('error', onError);
  const letGo = (): void => {
    client.off('error', onError);
    client.release(connectionLost);
  };
  const { fence, run } = await claimRun(client, id, leaseSeconds, taker).catch((error: unknown) => {
    letGo();
    throw error;
  });
  const abort = new AbortController();
  const renew = async (): Promise<void> => {
    // While the database is away nothing can be renewed, nothing can be committed either, and nobody can take over.
    const answer = await renewLease(database, id, fence, leaseSeconds, !connectionLost).catch(
      () => 'held' as const,
    );
    if (answer === 'lost') abort.abort(lostRun(id));
    else if (answer === 'cancel') abort.abort(cancelledRun(id));
  };
  renewAtOnce = () => void renew();
  const timer = setInterval(renewAtOnce, (leaseSeconds * 1000) / 3);
  timer.unref();
  return {
    run,
    fence,
    signal: abort.signal,
    release() {
      clearInterval(timer);
      renewAtOnce = () => {};
      letGo();
    },
  };
}

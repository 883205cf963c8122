// One chunk, one transaction: fence, origin mark, data, checkpoint and issues are committed together or not at all.
import type { Client, Database } from '../../foundation/postgres/database.js';
import { lockCheckpoint, saveCheckpoint } from './checkpoint-store.js';
import { databaseWeather } from './database-weather.js';
import { saveIssues } from './issue-store.js';
import type { PartCounts } from './part-store.js';
import { addCounters, type Counters, type FoundIssue, NO_COUNTS } from './run.js';
import { endLeftovers, holdFence, type RunHold } from './run-fence.js';
import { waitOut } from './wait-out.js';

export interface ChunkOutcome {
  readonly counters: Partial<Counters>;
  readonly issues: readonly FoundIssue[];
  /** By name of the part: records that belong to those the run is about. */
  readonly parts?: Readonly<Record<string, PartCounts>>;
}

export interface ChunkCommit<O extends ChunkOutcome> {
  readonly database: Database;
  readonly run: RunHold;
  readonly partition: number;
  /** Ordinal of the last row the chunk covers. */
  readonly lastRow: number;
  /** Does the chunk's work in the open transaction. May be called again after a rollback. */
  readonly work: (client: Client) => Promise<O>;
  /** How long an unreachable database is waited for, in milliseconds. */
  readonly patienceMs: number;
  readonly sleep: (ms: number) => Promise<void>;
  /** Aborted: an unreachable database is not waited for. */
  readonly signal?: AbortSignal;
}

const MOST_CONFLICTS = 20;

/**
 * Commits the chunk once, and returns the outcome of the try that was committed: repeats it after deadlocks and
 * outages, and finds out what became of a commit whose answer was lost.
 */
export async function commitChunk<O extends ChunkOutcome>(chunk: ChunkCommit<O>): Promise<O> {
  const { database, run, patienceMs, sleep, signal } = chunk;
  let tries = 0;
  let unanswered: O | undefined;
  return waitOut({ runId: run.id, ms: patienceMs, sleep, signal }, () =>
    throughConflicts(sleep, async () => {
      // The server may not know yet that the connection of the last try is gone, and hold its locks.
      if (tries++ > 0) await endLeftovers(database, run, chunk.partition);
      return database.withClient((client) =>
        tryChunk(client, chunk, unanswered, (outcome) => {
          unanswered = outcome;
        }),
      );
    }),
  );
}

async function throughConflicts<T>(sleep: (ms: number) => Promise<void>, work: () => Promise<T>): Promise<T> {
  for (let conflicts = 1; ; conflicts++) {
    try {
      return await work();
    } catch (error) {
      if (databaseWeather(error) !== 'conflict' || conflicts > MOST_CONFLICTS) throw error;
      await sleep(5 * conflicts);
    }
  }
}

async function tryChunk<O extends ChunkOutcome>(
  client: Client,
  chunk: ChunkCommit<O>,
  unanswered: O | undefined,
  onCommit: (outcome: O) => void,
): Promise<O> {
  const { run, partition, lastRow } = chunk;
  await client.query('begin');
  try {
    await holdFence(client, run, partition);
    if (unanswered !== undefined && (await lockCheckpoint(client, run.id, partition)) >= lastRow) {
      await client.query('rollback');
      return unanswered;
    }
    const outcome = await chunk.work(client);
    await saveIssues(client, run.id, outcome.issues);
    await saveCheckpoint(client, run.id, partition, lastRow, addCounters(NO_COUNTS, outcome.counters));
    onCommit(outcome);
    await client.query('commit');
    return outcome;
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw error;
  }
}

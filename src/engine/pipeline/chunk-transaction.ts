// One chunk, one transaction: fence, origin mark, data, checkpoint and issues are committed together or not at all.
import type { Client, Database } from '../../foundation/postgres/database.js';
import { readCheckpoints, saveCheckpoint, saveIssues } from './checkpoint-store.js';
import { databaseWeather } from './database-weather.js';
import { pipelineError } from './pipeline-errors.js';
import { addCounters, type Counters, NO_COUNTS, type RunIssue } from './run.js';

/** Under which token a process works on a run. */
export interface RunHold {
  readonly id: string;
  readonly fence: string;
}

export interface ChunkOutcome {
  readonly counters: Partial<Counters>;
  readonly issues: readonly RunIssue[];
}

export interface ChunkCommit {
  readonly database: Database;
  readonly run: RunHold;
  readonly partition: number;
  /** Ordinal of the last row the chunk covers. */
  readonly lastRow: number;
  /** Does the chunk's work in the open transaction. May be called again after a rollback. */
  readonly work: (client: Client) => Promise<ChunkOutcome>;
  /** How long an unreachable database is waited for, in milliseconds. */
  readonly patienceMs: number;
  readonly sleep: (ms: number) => Promise<void>;
}

const MOST_CONFLICTS = 20;

/** Commits the chunk once: repeats it after deadlocks and outages, and knows when the lost answer of a commit was a yes. */
export async function commitChunk(chunk: ChunkCommit): Promise<ChunkOutcome> {
  let waited = 0;
  let conflicts = 0;
  let commitUnknown = false;
  for (;;) {
    try {
      if (commitUnknown && (await isCommitted(chunk))) return { counters: NO_COUNTS, issues: [] };
      return await chunk.database.withClient((client) =>
        tryChunk(client, chunk, () => {
          commitUnknown = true;
        }),
      );
    } catch (error) {
      const weather = databaseWeather(error);
      if (weather === 'conflict' && ++conflicts <= MOST_CONFLICTS) {
        await chunk.sleep(5 * conflicts);
      } else if (weather === 'outage' && waited < chunk.patienceMs) {
        const pause = Math.min(1_000, 50 + waited / 4);
        waited += pause;
        await chunk.sleep(pause);
      } else if (weather === 'outage') {
        throw pipelineError(106, {
          detail: `The database could not be reached for ${Math.round(waited / 1000)} s.`,
          hint: `Once it is back: \`dovetail runs resume ${chunk.run.id}\`.`,
          cause: error,
        });
      } else {
        throw error;
      }
    }
  }
}

async function tryChunk(client: Client, chunk: ChunkCommit, onCommit: () => void): Promise<ChunkOutcome> {
  await client.query('begin');
  try {
    await holdFence(client, chunk.run);
    const outcome = await chunk.work(client);
    await saveIssues(client, chunk.run.id, outcome.issues);
    const counters = addCounters(NO_COUNTS, outcome.counters);
    await saveCheckpoint(client, chunk.run.id, chunk.partition, chunk.lastRow, counters);
    onCommit();
    await client.query('commit');
    return outcome;
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw error;
  }
}

/**
 * Proves that this process still holds the run. The shared lock lets writers of one run commit side by side, but makes
 * whoever takes the run over wait until they are through.
 */
export async function holdFence(client: Client, run: RunHold): Promise<void> {
  const held = await client.query(
    `select from dovetail.runs where id = $1 and fence = $2 and state = 'running' for share`,
    [run.id, run.fence],
  );
  if (held.rowCount === 1) return;
  throw pipelineError(104, {
    detail: `Run ${run.id} was taken over by another process; this one can no longer write.`,
    hint: 'Nothing is lost: the other process goes on from the last committed chunk.',
  });
}

async function isCommitted(chunk: ChunkCommit): Promise<boolean> {
  const checkpoints = await readCheckpoints(chunk.database, chunk.run.id);
  const own = checkpoints.find((checkpoint) => checkpoint.partition === chunk.partition);
  return own !== undefined && own.row >= chunk.lastRow;
}

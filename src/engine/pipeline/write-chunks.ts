// Chunks from one reader to several writers: each partition in order, partitions side by side, never more in memory
// than one chunk being written and one waiting for each.
import type { Client, Database } from '../../foundation/postgres/database.js';
import { BoundedLanes } from './bounded-lanes.js';
import { type ChunkOutcome, commitChunk } from './chunk-transaction.js';
import { pipelineError } from './pipeline-errors.js';
import { addCounters, type Counters } from './run.js';
import type { RunHold } from './run-fence.js';

/** What the pipeline needs to know of a chunk. */
export interface Chunk {
  /** From 0; chunks of one partition are written in the order they come. */
  readonly partition: number;
  /** Ordinal of the last row the chunk covers; rises within a partition. */
  readonly lastRow: number;
}

/** When a run gives up over failed rows. `share` is looked at once 1,000 rows were read, and at the end. */
export type ErrorLimit = { readonly count: number } | { readonly share: number } | undefined;

export interface WriteChunksRequest<C extends Chunk> {
  readonly database: Database;
  readonly run: RunHold;
  readonly partitions: number;
  /** What checkpoints call the first partition. Default 0; a run that reads several sources counts on. */
  readonly firstPartition?: number;
  /** In source order. Ended early if a writer fails or the signal fires. */
  readonly chunks: AsyncIterable<C>;
  readonly write: (client: Client, chunk: C) => Promise<ChunkOutcome>;
  /** Called once a chunk is committed and its memory may be used again. The writer waits; a throw ends the run. */
  readonly onWritten: (chunk: C, outcome: ChunkOutcome) => void | Promise<void>;
  /** Counters committed before, by an earlier life of the run. */
  readonly counters: Counters;
  readonly errorLimit: ErrorLimit;
  readonly signal: AbortSignal;
  readonly patienceMs: number;
  readonly sleep: (ms: number) => Promise<void>;
  readonly onCommit: (counters: Counters) => void;
}

/** Returns the run's counters when every chunk is committed. Throws the first error, after the other writers' current chunks. */
export async function writeChunks<C extends Chunk>(request: WriteChunksRequest<C>): Promise<Counters> {
  let counters = request.counters;
  const lanes = new BoundedLanes<C>(request.partitions, request.partitions);
  const stop = (): void => lanes.close(true);
  // Resumed with more failed rows than are allowed: not one chunk more.
  refuseTooManyErrors(request, counters, false);

  const writer = async (partition: number): Promise<void> => {
    for (
      let chunk = await lanes.shift(partition);
      chunk !== undefined;
      chunk = await lanes.shift(partition)
    ) {
      const current = chunk;
      const { lastRow } = current;
      const work = (client: Client) => request.write(client, current);
      const { database, run, patienceMs, sleep, signal } = request;
      const outcome = await commitChunk({
        database,
        run,
        partition: (request.firstPartition ?? 0) + partition,
        lastRow,
        work,
        patienceMs,
        sleep,
        signal,
      });
      counters = addCounters(counters, outcome.counters);
      request.onCommit(counters);
      await request.onWritten(current, outcome);
      refuseTooManyErrors(request, counters, false);
    }
  };

  const feed = async (): Promise<void> => {
    for await (const chunk of request.chunks) {
      if (request.signal.aborted) throw request.signal.reason;
      if (!(await lanes.push(chunk.partition, chunk))) return;
    }
    lanes.close();
  };

  request.signal.addEventListener('abort', stop, { once: true });
  try {
    const writers = Array.from({ length: request.partitions }, (_, partition) => writer(partition));
    const parts = [feed(), ...writers].map((part) =>
      part.catch((error: unknown) => {
        stop();
        throw error;
      }),
    );
    const outcomes = await Promise.allSettled(parts);
    const failure = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failure) throw failure.reason;
    if (request.signal.aborted) throw request.signal.reason;
  } finally {
    request.signal.removeEventListener('abort', stop);
  }
  refuseTooManyErrors(request, counters, true);
  return counters;
}

function refuseTooManyErrors(
  { run, errorLimit: limit }: Pick<WriteChunksRequest<Chunk>, 'run' | 'errorLimit'>,
  counters: Counters,
  atEnd: boolean,
): void {
  if (limit === undefined) return;
  const hint =
    'What was written stays. Mend the source and import it again: what is there already will be unchanged. ' +
    `Or go on and allow more: \`dovetail runs resume ${run.id} --max-errors N\`, a number or a share like 10%.`;
  if ('count' in limit) {
    if (counters.failed <= limit.count) return;
    const detail = `${counters.failed} rows failed, ${limit.count} are allowed.`;
    throw pipelineError(105, { detail, hint });
  }
  if (!atEnd && counters.read < 1_000) return;
  const share = counters.failed / Math.max(1, counters.read);
  if (share <= limit.share) return;
  throw pipelineError(105, {
    detail: `${(share * 100).toFixed(1)}% of the rows failed, ${(limit.share * 100).toFixed(1)}% are allowed.`,
    hint,
  });
}

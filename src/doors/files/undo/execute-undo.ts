// An undo from the last record a run wrote to the first, as a run of its own: chunk by chunk, and however often it was
// interrupted, for what is undone is no longer kept.
import {
  addCounters,
  commitChunk,
  holdRun,
  LEASE_SECONDS,
  type RunState,
  type RunTaker,
  readCheckpoints,
  readRun,
} from '../../../engine/pipeline/index.js';
import { forgetKept, type Origin, readRepeats, undoBatch } from '../../../engine/records/index.js';
import { end, endOver } from '../import/execute-import.js';
import type { ImportWatch } from '../import/import-call.js';
import { type ImportRooms, patiently } from '../import/import-work.js';
import { readTables } from './look-undo.js';
import { sweepKept } from './sweep-kept.js';
import type { UndoSettings } from './undo-settings.js';

/** Runs or resumes the undo; returns how it ended. Throws as `executeImport` does. */
export async function executeUndo(
  rooms: ImportRooms,
  runId: string,
  watch: ImportWatch,
  taker: RunTaker = 'person',
): Promise<RunState> {
  const { database, sleep } = rooms;
  const lease = await holdRun(database, runId, rooms.leaseSeconds ?? LEASE_SECONDS, taker);
  const hold = { id: runId, fence: lease.fence };
  const signal = AbortSignal.any([lease.signal, watch.signal]);
  const about = { rooms, runId, hold, taker, watch };
  try {
    const { undoes, chunkRows } = lease.run.settings as UndoSettings;
    const tables = await patiently(about, () => readTables(database, undoes));
    const repeats = await patiently(about, () => readRepeats(database, undoes));
    // Whoever reads the changes sees which run they take back.
    const origin: Origin = { kind: 'import', id: runId, correlationId: undoes };
    const checkpoints = await patiently(about, () => readCheckpoints(database, runId));
    let { counters } = lease.run;
    let steps = checkpoints[0]?.row ?? 0;
    await sweepKept(
      (last) => {
        signal.throwIfAborted();
        return commitChunk({
          database,
          run: hold,
          partition: 0,
          lastRow: ++steps,
          patienceMs: rooms.patienceMs ?? 60_000,
          sleep,
          signal,
          work: (client) => undoBatch(client, undoes, tables, { origin, limit: chunkRows, last, repeats }),
        });
      },
      async (step) => {
        counters = addCounters(counters, step.counters);
        watch.onProgress({ phase: 'undoing', rows: counters.read, failed: counters.failed });
      },
    );
    await patiently(about, () => forgetKept(database, undoes));
    const { counters: all } = await patiently(about, () => readRun(database, runId));
    return await end(about, all.failed > 0 ? 'completed_with_errors' : 'completed');
  } catch (error) {
    return await endOver(about, lease.signal.aborted ? lease.signal.reason : error);
  } finally {
    lease.release();
  }
}

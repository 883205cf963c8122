// Of an import: one source, read and written chunk by chunk, whoever reads and however often it was interrupted.
import { readCheckpoints, writeChunks } from '../../../engine/pipeline/index.js';
import { newHabit, writeChunkWithParts } from '../../../engine/records/index.js';
import { countSkipped } from './after-source.js';
import { tellOfErrors } from './error-hook.js';
import { countWritten, type ImportWork, patiently, tell } from './import-work.js';
import { listChunks } from './read-chunks.js';

/** More than any source is dealt to: the numbers that checkpoints of one source of a run may have. */
export const PARTITIONS = 100;

const noFiles: ImportWork['rooms']['openFiles'] = async () => undefined;

/** Reads the source and writes it, from the last committed chunk on. */
export async function importSource(work: ImportWork): Promise<void> {
  const { rooms, settings, plan, plans, watch, runId } = work;
  const partitions = plan.writers;
  const firstPartition = work.leg * PARTITIONS;
  let skipped = 0;
  const checkpoints = await patiently(work, () => readCheckpoints(rooms.database, runId));
  const committed = Array.from(
    { length: partitions },
    (_, partition) =>
      checkpoints.find((checkpoint) => checkpoint.partition === firstPartition + partition)?.row ?? 0,
  );
  const habits = committed.map(() => newHabit());
  // What somebody far away writes into a cell is never a path of this machine.
  const files = await (settings.batch === undefined ? rooms.openFiles : noFiles)({
    settings,
    plans,
    run: runId,
    signal: watch.signal,
    patiently: (step) => patiently(work, step),
    onChecked: (files) => {
      work.files = files;
      tell(work, 'importing');
    },
  });
  const chunks = listChunks(
    settings,
    plans,
    committed,
    (position) => {
      work.position = position;
      tell(work, 'importing');
    },
    (rows) => {
      skipped += rows;
    },
    watch.signal,
    files,
    work.shape,
  );
  work.counters = await writeChunks({
    database: rooms.database,
    run: work.hold,
    partitions,
    firstPartition,
    chunks,
    write: async (client, chunk) => {
      const circumstances = { signal: watch.signal, habit: habits[chunk.partition]! };
      const kept = await work.keeper.next(work);
      const outcome = await writeChunkWithParts(client, kept.plan, kept.parts, chunk, runId, circumstances);
      return work.counted?.(outcome) ?? outcome;
    },
    onWritten: async (chunk, { issues, parts }) => {
      work.ofParts += countWritten(parts ?? {});
      await tellOfErrors(work, issues);
      chunk.release();
    },
    counters: work.counters,
    errorLimit: settings.errorLimit ?? undefined,
    signal: watch.signal,
    patienceMs: work.patienceMs,
    sleep: rooms.sleep,
    onCommit: (counters) => {
      work.counters = counters;
      tell(work, 'importing');
    },
  }).finally(() => files?.close());
  if (skipped > 0) await countSkipped(work, skipped);
}

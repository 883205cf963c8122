// Records of a document that could not be understood: they were put aside when it came, and are told as the run's errors.
import { commitChunk, type FoundIssue, readCheckpoints } from '../../../engine/pipeline/index.js';
import type { BatchLeg } from '../import/import-settings.js';
import { PARTITIONS } from '../import/import-source.js';
import { type HeldRun, patiently } from '../import/import-work.js';
import { verifySource } from '../import/source-file.js';
import { listLegRows } from './leg-cursor.js';

const STEP_ROWS = 5_000;
const PATIENCE_MS = 60_000;

export async function tellRefused(held: HeldRun, leg: BatchLeg, index: number): Promise<void> {
  const { rooms, runId, lease, watch } = held;
  const partition = index * PARTITIONS;
  const checkpoints = await patiently(held, () => readCheckpoints(rooms.database, runId));
  const told = checkpoints.find((checkpoint) => checkpoint.partition === partition)?.row ?? 0;
  const source = await rooms.runFiles.fetch(leg.source, watch.signal);
  await verifySource(source, runId, watch.signal);
  const tell = async (issues: readonly FoundIssue[]): Promise<void> => {
    const lastRow = issues.at(-1)?.row ?? 0;
    if (lastRow <= told) return;
    await commitChunk({
      database: rooms.database,
      run: { id: runId, fence: lease.fence },
      partition,
      lastRow,
      work: async () => ({ counters: { read: issues.length, failed: issues.length }, issues }),
      patienceMs: rooms.patienceMs ?? PATIENCE_MS,
      sleep: rooms.sleep,
      signal: watch.signal,
    });
  };
  let issues: FoundIssue[] = [];
  let row = leg.rowsBefore;
  for await (const line of listLegRows(source.path)) {
    const { o, e } = JSON.parse(line) as {
      readonly o: number;
      readonly e: readonly [string, string, string];
    };
    const [code, message, column] = e;
    const hint = 'Mend the record as the message says, and send it again.';
    issues.push({ severity: 'error', row: ++row, line: o, column, code, message, hint });
    if (issues.length < STEP_ROWS) continue;
    watch.signal.throwIfAborted();
    await tell(issues);
    issues = [];
  }
  await tell(issues);
}

// Several records of one request through the one write path, inside a transaction that the caller ends.
import type { CellBatch } from '../../../foundation/cells/cell-batch.js';
import type { Client } from '../../../foundation/postgres/database.js';
import type { FoundIssue } from '../../pipeline/run.js';
import type { Origin } from '../write-request.js';
import { clearStage } from './clear-stage.js';
import type { WritePlan } from './plan-parts.js';
import { StageEncoder } from './stage-encoder.js';
import { writeChunk } from './write-chunk.js';
import { WriteTotals } from './write-totals.js';

export interface RecordsWrite {
  /** Its own origin counts for nothing: the same plan may be used again and again. */
  readonly plan: WritePlan;
  readonly origin: Origin;
  readonly batch: CellBatch;
  /** True if everything will be taken back. */
  readonly rehearsal?: boolean;
}

export interface RecordsOutcome {
  readonly totals: WriteTotals;
  /** With the line of the record each; where one is an error the caller rolls back. */
  readonly issues: readonly FoundIssue[];
}

/** There is no run whose later rows could bring what is missing. */
const NO_RUN = '0';

/** Throws only for what is not a record's fault. */
export async function writeRecords(
  client: Client,
  { plan, origin, batch, rehearsal = false }: RecordsWrite,
): Promise<RecordsOutcome> {
  const encoder = new StageEncoder(plan, {
    partitions: 1,
    seed: 0,
    chunkRows: Math.max(batch.rows, 1),
    expectedRows: batch.rows,
    committed: [0],
  });
  const totals = new WriteTotals();
  const issues: FoundIssue[] = [];
  for (const chunk of [...encoder.encode(batch), ...encoder.finish()]) {
    await clearStage(client);
    const outcome = await writeChunk(client, { ...plan, origin, returnsKeys: true }, chunk, NO_RUN, {
      totals,
      rehearsal,
    });
    issues.push(...outcome.issues);
  }
  return { totals, issues };
}

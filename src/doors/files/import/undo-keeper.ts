// Decides, chunk by chunk, whether what an import writes over is kept for an undo: as long as it stays within the cap.
import { beginKeeping, type Counters, giveUpKeeping, type RunHold } from '../../../engine/pipeline/index.js';
import { noteKeptTables, type PartPlan, type WritePlan } from '../../../engine/records/index.js';
import type { Database } from '../../../foundation/postgres/database.js';
import type { ImportPlans } from './import-plans.js';
import type { ReadPosition } from './read-chunks.js';

export interface Keeper {
  /** The plans for the next chunk. Notes with the run that it can't be undone as soon as that is sure. */
  next(at: WrittenSoFar): Promise<ChunkPlans>;
}

export interface ChunkPlans {
  readonly plan: WritePlan;
  readonly parts: readonly PartPlan[];
}

interface WrittenSoFar {
  readonly counters: Counters;
  /** Records written that belong to others. */
  readonly ofParts: number;
  readonly position: ReadPosition;
}

/** `rows`: the cap. `beside`: other plans of the run, so that a table is described alike for all of them. What was decided in an earlier life of the run stays decided. */
export async function openKeeper(
  database: Database,
  hold: RunHold,
  { plan, parts }: ImportPlans,
  rows: number,
  beside: readonly WritePlan[] = [],
): Promise<Keeper> {
  const unkept: ChunkPlans = { plan, parts };
  const plain: Keeper = { next: async () => unkept };
  if (rows === 0 || (await beginKeeping(database, hold)) !== 'kept') return plain;
  const all = [plan, ...parts.map((part) => part.plan), ...beside];
  const keeping = await noteKeptTables(database, all, hold.id);
  if (typeof keeping === 'string') {
    await giveUpKeeping(database, hold, keeping);
    return plain;
  }
  const kept: ChunkPlans = {
    plan: { ...plan, keeping },
    parts: parts.map((part) => ({ ...part, plan: { ...part.plan, keeping } })),
  };
  let current = kept;
  return {
    async next({ counters, ofParts, position }) {
      if (current === unkept) return unkept;
      const written = counters.added + counters.updated + counters.deleted + ofParts;
      const expected = expectWritten(written, counters.read, position);
      if (written <= rows && expected <= TOO_MANY * rows) return kept;
      const count = (rows as number).toLocaleString('en');
      const why =
        written > rows
          ? `it wrote more than ${count} records, up to which what was there before is kept`
          : `its source is so large that it would write far more than the ${count} records up to which what was there before is kept`;
      await giveUpKeeping(database, hold, why);
      current = unkept;
      return unkept;
    },
  };
}

/** So much above the cap an estimate must be that nothing more is kept for a run that would then be given up anyway. */
const TOO_MANY = 2;

/** By what part of the source was read, and how much of that was written; 0 where nobody can tell yet. */
function expectWritten(written: number, read: number, { bytes, size, rows }: ReadPosition): number {
  if (size === undefined || bytes === 0 || read === 0) return 0;
  const source = (rows * size) / bytes;
  return source * (written / read);
}

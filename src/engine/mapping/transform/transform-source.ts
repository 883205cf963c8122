// The source's batches on their way through a mapping, step by step.
import { Cell, type CellBatch } from '../../../foundation/cells/cell-batch.js';
import type { BoundTransform } from './bind-transform.js';
import { createFiller } from './fill-cells.js';
import { RowJoiner } from './join-rows.js';
import { BatchMapper, type MappedBatch } from './map-batch.js';
import type { ChangedRows } from './row-changes.js';

/** Who sees the rows besides the mapping; each may change, skip and refuse them. */
export interface TransformHooks {
  readonly before?: (batch: CellBatch) => Promise<ChangedRows<CellBatch>>;
  readonly after?: (batch: MappedBatch) => Promise<ChangedRows<MappedBatch>>;
  /** Reshapes the source's records before anything else looks at them. */
  readonly reshape?: (batch: CellBatch) => Promise<CellBatch>;
}

/** Yields mapped batches in the order of the source; rows keep their ordinals, those of reshaped records are their own. */
export async function* transformSource(
  bound: BoundTransform,
  batches: AsyncIterable<CellBatch>,
  { before, after, reshape }: TransformHooks = {},
): AsyncGenerator<MappedBatch> {
  const lent = !(before || after || reshape || bound.rows || bound.fill.length > 0);
  const mapper = new BatchMapper(bound, lent);
  const fill = bound.fill.length > 0 ? createFiller(bound.fill, bound.rows?.key) : undefined;
  const joiner = bound.rows && new RowJoiner(bound.rows.key, bound.rows.most);
  let skipped = 0;

  const finish = async (mapped: MappedBatch): Promise<MappedBatch> => {
    const changed = after ? await after(mapped) : { batch: mapped, skipped: 0 };
    const all = changed.batch.skipped + changed.skipped + skipped;
    skipped = 0;
    return { ...changed.batch, skipped: all };
  };

  for await (const { release, ...read } of batches) {
    // Whoever else sees a batch, or makes records of several, may look at its cells for as long as they like.
    const batch = lent && release ? { ...read, release } : read;
    const shaped = reshape ? await reshape(batch) : batch;
    const changed = before ? await before(shaped) : { batch: shaped, skipped: 0 };
    skipped += changed.skipped;
    const source = joiner ? withoutPassed(changed.batch) : changed.batch;
    const filled = fill ? fill(source) : source;
    if (!joiner) {
      yield await finish(mapper.map(filled));
      continue;
    }
    const joined = joiner.take(filled);
    if (joined) yield await finish(mapper.map(joined.batch, joined.ends));
  }
  const rest = joiner?.finish();
  if (rest) yield await finish(mapper.map(rest.batch, rest.ends));
}

/** Of several rows that make a record one that is passed over is as good as blank. */
function withoutPassed({ passed, ...batch }: CellBatch): CellBatch {
  if (!passed?.includes(1)) return batch;
  const kind = batch.kind.slice();
  const width = batch.columns.length;
  passed.forEach((flag, row) => {
    if (flag === 1) kind.fill(Cell.empty, row * width, (row + 1) * width);
  });
  return { ...batch, kind };
}

// The source's batches on their way through a mapping, step by step.
import type { CellBatch } from '../../../foundation/cells/cell-batch.js';
import type { BoundTransform } from './bind-transform.js';
import { createFiller } from './fill-cells.js';
import { RowJoiner } from './join-rows.js';
import { BatchMapper, type MappedBatch } from './map-batch.js';

/** Yields mapped batches in the order of the source; rows keep their ordinals. */
export async function* transformSource(
  bound: BoundTransform,
  batches: AsyncIterable<CellBatch>,
): AsyncGenerator<MappedBatch> {
  const mapper = new BatchMapper(bound);
  const fill = bound.fill.length > 0 ? createFiller(bound.fill, bound.rows?.key) : undefined;
  const joiner = bound.rows && new RowJoiner(bound.rows.key, bound.rows.most);
  for await (const batch of batches) {
    const filled = fill ? fill(batch) : batch;
    if (!joiner) {
      yield mapper.map(filled);
      continue;
    }
    const joined = joiner.take(filled);
    if (joined) yield mapper.map(joined.batch, joined.ends);
  }
  const rest = joiner?.finish();
  if (rest) yield mapper.map(rest.batch, rest.ends);
}

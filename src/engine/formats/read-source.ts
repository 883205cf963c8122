// An opened source through its format, as detected or as it was saved with a run.
import type { CellBatch } from '../../foundation/cells/cell-batch.js';
import { readFormat } from './index.js';
import type { OpenSource } from './source-bytes.js';
import type { Detection } from './table-format.js';

/** Its batches, from the first. The source can be read so once. */
export function readBatches(
  source: OpenSource,
  { format, options }: Pick<Detection, 'format' | 'options'>,
): AsyncIterable<CellBatch> {
  const file = source.file === undefined ? {} : { file: source.file };
  return readFormat(format).read({ bytes: source.bytes(), ...file, options });
}

/** Every column, and the first batch; a source whose columns may grow is read through for them. No columns: it has no records. */
export async function readColumns(
  source: OpenSource,
  detection: Pick<Detection, 'format' | 'options'>,
  signal: AbortSignal,
): Promise<{ readonly columns: readonly string[]; readonly first?: CellBatch }> {
  let columns: readonly string[] = [];
  let first: CellBatch | undefined;
  for await (const batch of readBatches(source, detection)) {
    columns = batch.columns;
    first ??= batch;
    if (!readFormat(detection.format).columnsGrow) break;
    signal.throwIfAborted();
  }
  return first === undefined ? { columns } : { columns, first };
}

/** About how many rows the source has: by the length of the first and the size of the file; gzip is taken to pack ten to one. */
export function expectRows(batch: CellBatch, source: OpenSource): number {
  if (source.whole || source.size === undefined) return batch.rows;
  const unpacked = source.size * (source.compressed ? 10 : 1);
  return Math.ceil((unpacked / Math.max(1, batch.sourceBytes)) * batch.rows);
}

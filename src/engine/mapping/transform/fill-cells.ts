// Blank cells that mean "as above": they come to point at the last value of their column.
import { Cell, type CellBatch, cellText } from '../../../foundation/cells/cell-batch.js';

/** Fills the columns, batch after batch. With `key`, a row that has another value there begins anew. */
export function createFiller(
  columns: readonly number[],
  key: number | undefined,
): (batch: CellBatch) => CellBatch {
  // Values that reach over the end of a batch.
  const above = new Map<number, { readonly bytes: Buffer; readonly kind: number }>();
  let record = '';
  return (batch) => {
    const width = batch.columns.length;
    const present = columns.filter((column) => column < width);
    if (present.length === 0) return batch;
    const carried = Buffer.concat([...above.values()].map(({ bytes }) => bytes));
    const bytes = carried.length === 0 ? batch.bytes : Buffer.concat([batch.bytes, carried]);
    const [start, end, kind] = [batch.start.slice(), batch.end.slice(), batch.kind.slice()];
    const isBlank = (i: number): boolean =>
      (batch.kind[i] !== Cell.text && batch.kind[i] !== Cell.json) || batch.start[i] === batch.end[i];
    let at = batch.bytes.length;
    const last = new Map<number, { start: number; end: number; kind: number }>();
    for (const [column, value] of above) {
      last.set(column, { start: at, end: at + value.bytes.length, kind: value.kind });
      at += value.bytes.length;
    }
    for (let row = 0; row < batch.rows; row++) {
      const own = key === undefined || key >= width ? '' : (cellText(batch, row, key) ?? '').trim();
      if (own !== '' && own !== record) {
        last.clear();
        record = own;
      }
      for (const column of present) {
        const i = row * width + column;
        const value = last.get(column);
        if (!isBlank(i)) {
          last.set(column, { start: start[i]!, end: end[i]!, kind: kind[i]! });
        } else if (value) {
          start[i] = value.start;
          end[i] = value.end;
          kind[i] = value.kind;
        }
      }
    }
    above.clear();
    for (const [column, value] of last) {
      above.set(column, { bytes: Buffer.from(bytes.subarray(value.start, value.end)), kind: value.kind });
    }
    return { ...batch, bytes, start, end, kind };
  };
}

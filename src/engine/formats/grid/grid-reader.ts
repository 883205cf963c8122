// From a book of sheets to batches of cells: what XLSX, ODS and XLS have in common.
import type { CellBatch } from '../../../foundation/cells/cell-batch.js';
import { markFooter } from '../footer-rows.js';
import { batchCapacity } from '../row-limits.js';
import type { FormatOptions } from '../table-format.js';
import { GridBatch } from './grid-batch.js';
import { hasText, inspectGrid, readSheet } from './grid-inspect.js';
import type { GridBook } from './grid-row.js';
import { type GridSettings, readGridSettings } from './grid-settings.js';

/** Yields the table's rows, of all its sheets. Rows without any cell are none. Options that are missing are found first. */
export async function* readGrid(
  book: GridBook,
  given: FormatOptions,
  batchRows: number | undefined,
): AsyncGenerator<CellBatch> {
  const settings = await completeSettings(book, given);
  const rows = readRows(book, settings, batchRows);
  // Where the last sheet ends is only known once it was read.
  yield* settings.skipFooter === 0 ? rows : markFooter(rows, settings.skipFooter ?? 'found');
}

async function* readRows(
  book: GridBook,
  settings: GridSettings,
  batchRows: number | undefined,
): AsyncGenerator<CellBatch> {
  const { columns = [], sheets = [] } = settings;
  if (columns.length === 0) return;
  const from = (settings.firstColumn ?? 1) - 1;
  const capacity = batchCapacity(batchRows, columns.length);
  const top = Math.max(settings.skipLines, typeof settings.header === 'number' ? settings.header : 0);
  let batch: GridBatch | undefined;
  let records = 0;
  let before = 0;
  let bytes = 0;
  const take = (full: GridBatch): CellBatch => {
    const taken = full.take(records + 1, Math.max(1, book.position()));
    records += full.rows;
    bytes = Math.ceil(full.byteLength * 1.1);
    batch = undefined;
    return taken;
  };
  for (const name of sheets) {
    let last = before;
    try {
      for await (const rows of readSheet(book, name).rows()) {
        for (const row of rows) {
          if (row.line <= top || (!hasText(row) && !row.problems)) continue;
          last = before + row.line;
          batch ??= new GridBatch(columns, from, book.shared, capacity, bytes);
          batch.add(row, last);
          if (batch.full) yield take(batch);
        }
      }
    } catch (error) {
      // What was whole before it is not lost.
      if (batch && batch.rows > 0) yield take(batch);
      throw error;
    }
    before = last;
  }
  if (batch && batch.rows > 0) yield take(batch);
}

/** As detection leaves them, nothing is missing and nothing is looked at twice. */
async function completeSettings(book: GridBook, given: FormatOptions): Promise<GridSettings> {
  const settings = readGridSettings(given);
  const complete =
    Array.isArray(given['sheet']) &&
    Array.isArray(given['columns']) &&
    settings.firstColumn !== undefined &&
    (settings.header === false || typeof settings.header === 'number');
  if (complete) return settings;
  return readGridSettings((await inspectGrid(book, settings, given)).options);
}

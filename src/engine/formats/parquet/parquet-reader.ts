// Reading Parquet row by row: from each column the page at hand, from each page the value that is next.
//
// Files may be hostile, and a run of a few bytes may claim 2^28 values. Values are therefore never unpacked ahead of the row that
// wants them: a claim is a number that is counted down, and memory is taken for what lies in the file only, after its length
// was checked. So there is nothing that would have to be stopped from outside, and no thread to stop it in (which costs a start
// for each file, and the way of every value from one thread to the other). What is left, the number of values and the
// text made of them, is bounded by the file's size (`read-budget.ts`), and others get their turn every few milliseconds.
import { setImmediate as turn } from 'node:timers/promises';
import type { CellBatch } from '../../../foundation/cells/cell-batch.js';
import { formatsError, problemCode } from '../formats-errors.js';
import { type OpenRows, openRows } from '../made-rows.js';
import { findTexts, readChoice } from '../option-reading.js';
import type { Detection, FormatOptions, ReadRequest, SourceFile } from '../table-format.js';
import type { Footer, RowGroup } from './footer/footer-reader.js';
import { LeafCursor } from './leaf-cursor.js';
import { ColumnPages } from './pages/column-pages.js';
import { loadUnpackers, type Unpackers } from './pages/page-unpacking.js';
import { type ParquetColumn, toColumns } from './parquet-columns.js';
import { openParquet, readGroup } from './parquet-file.js';
import { asProblem } from './parquet-problems.js';
import { toLeafReader } from './parquet-values.js';
import { ReadBudget } from './read-budget.js';

/** How long others may have to wait, in milliseconds, as far as it is not one page or one value that takes longer. */
const TURN_MS = 20;

export function detectParquet(
  sample: Uint8Array,
  about: { readonly given: FormatOptions },
): Detection | undefined {
  if (Buffer.from(sample.subarray(0, 4)).toString('latin1') !== 'PAR1') return undefined;
  return { format: 'parquet', confidence: 1, options: { ...about.given }, says: ['Parquet'] };
}

/** Adds what the footer says. Throws as `readParquet` does. */
export async function inspectParquet(file: SourceFile, detection: Detection): Promise<Detection> {
  return orProblem(async () => {
    const footer = await openParquet(file);
    const { groups, rows, createdBy } = footer;
    const { columns } = openTable(footer, detection.options, new ReadBudget(file.size));
    const codecs = new Set(groups.flatMap((group) => group.columns.map(({ codec }) => codec)));
    return {
      ...detection,
      says: [
        `Parquet: ${rows} rows in ${groups.length} row groups, ${columns.length} columns`,
        ...(createdBy === undefined ? [] : [`written by ${createdBy.slice(0, 80)}`]),
        ...(codecs.size > 0 ? [`compression ${[...codecs].join(', ').toLowerCase()}`] : []),
      ],
    };
  });
}

/**
 * Yields the records. Throws FORMATS-102 without a file or for files of other kinds, 134 for broken ones, 135 for what
 * can't be read or is too large.
 */
export async function* readParquet(request: ReadRequest): AsyncGenerator<CellBatch> {
  const { file, options } = request;
  if (file === undefined) {
    throw formatsError(102, {
      detail: 'A Parquet file is read at many places at once; packed or as a stream it can’t be.',
      hint: 'Unpack it and import the file inside.',
    });
  }
  if (file.size === 0) return;
  const budget = new ReadBudget(file.size);
  const { footer, table, unpackers } = await orProblem(async () => {
    const footer = await openParquet(file);
    const codecs = new Set(footer.groups.flatMap((group) => group.columns.map(({ codec }) => codec)));
    return { footer, table: openTable(footer, options, budget), unpackers: await loadUnpackers(codecs) };
  });
  yield* listBatches(request, { file, footer, table, unpackers, budget });
}

interface OpenFile {
  readonly file: SourceFile;
  readonly footer: Footer;
  readonly table: OpenTable;
  readonly unpackers: Unpackers;
  readonly budget: ReadBudget;
}

interface OpenTable {
  readonly columns: readonly ParquetColumn[];
  readonly cursors: readonly LeafCursor[];
  /** Whether a text was no UTF-8 since it was asked last. */
  readonly takeInvalid: () => boolean;
}

function openTable({ schema }: Footer, options: FormatOptions, budget: ReadBudget): OpenTable {
  const binaryAsText = readChoice(options, 'binary', ['hex', 'text'], 'hex') === 'text';
  let invalid = false;
  const onInvalid = (): void => {
    invalid = true;
  };
  const cursors = schema.leaves.map(
    (leaf) => new LeafCursor(leaf, { read: toLeafReader(leaf.element, { binaryAsText }), budget, onInvalid }),
  );
  const columns = toColumns(schema, cursors, { whole: findTexts(options, 'whole') ?? [], budget });
  const takeInvalid = (): boolean => {
    const was = invalid;
    invalid = false;
    return was;
  };
  return { columns, cursors, takeInvalid };
}

async function* listBatches({ batchRows }: ReadRequest, open: OpenFile): AsyncGenerator<CellBatch> {
  const { file, footer, table } = open;
  const names = table.columns.map(({ name }) => name);
  const newRows = (): OpenRows => openRows(batchRows, Math.max(1, names.length));
  let rows = newRows();
  let done = 0;
  const take = (): CellBatch => {
    const part = (done + rows.cells.rows) / Math.max(1, footer.rows);
    const batch = rows.take({
      columns: names,
      firstRow: done + 1,
      sourceBytes: Math.min(file.size, Math.ceil(file.size * part)),
      typed: true,
    });
    done += batch.rows;
    rows = newRows();
    return batch;
  };
  let since = performance.now();
  for (const group of footer.groups) {
    if (group.rows === 0) continue;
    await orProblem(() => openGroup(open, group));
    for (let row = 0; row < group.rows; row++) {
      putRow(rows, table);
      rows.cells.endRow(done + rows.cells.rows + 1);
      if (rows.full) yield take();
      if (performance.now() - since < TURN_MS) continue;
      await turn();
      since = performance.now();
    }
    for (const cursor of table.cursors) cursor.close();
  }
  if (rows.cells.rows > 0) yield take();
}

/** Every column at its first page. */
async function openGroup(
  { file, footer, table, unpackers, budget }: OpenFile,
  group: RowGroup,
): Promise<void> {
  const parts = await readGroup(file, group);
  let since = performance.now();
  for (const [i, cursor] of table.cursors.entries()) {
    const chunk = group.columns[i]!;
    const leaf = footer.schema.leaves[i]!;
    cursor.open(new ColumnPages(parts[i]!, { chunk, leaf, unpack: unpackers[chunk.codec]!, budget }));
    if (performance.now() - since < TURN_MS) continue;
    await turn();
    since = performance.now();
  }
}

function putRow(rows: OpenRows, { columns, takeInvalid }: OpenTable): void {
  rows.cells.clearRow();
  try {
    for (let i = 0; i < columns.length; i++) {
      columns[i]!.put(rows, i);
      if (takeInvalid()) reportInvalid(rows, columns[i]!.name);
    }
  } catch (error) {
    throw asProblem(error);
  }
}

function reportInvalid({ cells }: OpenRows, column: string): void {
  cells.problems.push({
    index: cells.rows,
    code: problemCode(205),
    message: `${column} holds a text that is no UTF-8.`,
    hint: 'Bytes that are no text belong in a column without the type of a string.',
    column,
  });
}

async function orProblem<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw asProblem(error);
  }
}

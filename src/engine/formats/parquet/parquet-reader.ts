// Reading Parquet row group by row group, and a large one in slices, so that only a bounded part is ever made of values.
import { parquetRead, type RowGroup } from 'hyparquet';
import { Cell, type CellBatch } from '../../../foundation/cells/cell-batch.js';
import { formatsError, problemCode } from '../formats-errors.js';
import { type OpenRows, openRows } from '../made-rows.js';
import { findTexts, readChoice } from '../option-reading.js';
import type { Detection, FormatOptions, ReadRequest, SourceFile } from '../table-format.js';
import { type ParquetColumn, toColumns } from './parquet-columns.js';
import {
  COMPRESSORS,
  guarded,
  loadGroup,
  NO_PARSERS,
  openParquet,
  type ParquetFile,
} from './parquet-file.js';

/** What a slice may hold at most, in cells and in bytes as the file says them. */
const SLICE_CELLS = 400_000;
const SLICE_BYTES = 32 * 1024 * 1024;

export function detectParquet(
  sample: Uint8Array,
  about: { readonly given: FormatOptions },
): Detection | undefined {
  if (Buffer.from(sample.subarray(0, 4)).toString('latin1') !== 'PAR1') return undefined;
  return { format: 'parquet', confidence: 1, options: { ...about.given }, says: ['Parquet'] };
}

/** Adds what the footer says. Throws as `readParquet` does. */
export async function inspectParquet(file: SourceFile, detection: Detection): Promise<Detection> {
  const parquet = await openParquet(file);
  const { row_groups: groups, num_rows: rows } = parquet.metadata;
  const columns = columnsOf(parquet, detection.options, () => {});
  const codecs = new Set(groups.flatMap((group) => group.columns.map((chunk) => chunk.meta_data?.codec)));
  return {
    ...detection,
    says: [
      `Parquet: ${rows} rows in ${groups.length} row groups, ${columns.length} columns`,
      ...(parquet.createdBy === undefined ? [] : [`written by ${parquet.createdBy.slice(0, 80)}`]),
      ...(codecs.size > 0 ? [`compression ${[...codecs].join(', ').toLowerCase()}`] : []),
    ],
  };
}

/**
 * Yields the records. Throws FORMATS-102 without a file or for files of other kinds, 134 for broken ones, 135 for what
 * can't be read or is too large.
 */
export async function* readParquet(request: ReadRequest): AsyncGenerator<CellBatch> {
  const { file, options, batchRows } = request;
  if (file === undefined) {
    throw formatsError(102, {
      detail: 'A Parquet file is read at many places at once; packed or as a stream it can’t be.',
      hint: 'Unpack it and import the file inside.',
    });
  }
  if (file.size === 0) return;
  const parquet = await openParquet(file);
  let invalid = false;
  const columns = columnsOf(parquet, options, () => {
    invalid = true;
  });
  const names = columns.map(({ name }) => name);
  const total = Number(parquet.metadata.num_rows);
  let done = 0;
  let rows: OpenRows = openRows(batchRows, Math.max(1, names.length));
  const take = (): CellBatch => {
    const batch = rows.take({
      columns: names,
      firstRow: done + 1,
      sourceBytes: Math.min(
        file.size,
        Math.ceil((file.size * (done + rows.cells.rows)) / Math.max(1, total)),
      ),
      typed: true,
    });
    done += batch.rows;
    rows = openRows(batchRows, Math.max(1, names.length));
    return batch;
  };
  for await (const slice of listSlices(file, parquet)) {
    for (const values of slice) {
      rows.cells.clearRow();
      putRow(rows, columns, values);
      if (invalid) {
        rows.cells.problems.push({
          index: rows.cells.rows,
          code: problemCode(205),
          message: 'The record holds a text that is no UTF-8.',
          hint: 'Bytes that are no text belong in a column without the type of a string.',
        });
        invalid = false;
      }
      rows.cells.endRow(done + rows.cells.rows + 1);
      if (rows.full) yield take();
    }
  }
  if (rows.cells.rows > 0) yield take();
}

function columnsOf(parquet: ParquetFile, options: FormatOptions, onInvalid: () => void) {
  return toColumns(parquet.tree, parquet.elements, {
    whole: findTexts(options, 'whole') ?? [],
    binaryAsText: readChoice(options, 'binary', ['hex', 'text'], 'hex') === 'text',
    onInvalid,
  });
}

function putRow(rows: OpenRows, columns: readonly ParquetColumn[], values: readonly unknown[]): void {
  columns.forEach(({ top, keys, read }, i) => {
    let value = values[top];
    for (const key of keys) value = value == null ? value : (value as Record<string, unknown>)[key];
    if (value == null) rows.put(i, Cell.null, '');
    else {
      const cell = read(value);
      rows.put(i, cell.kind, cell.text);
    }
  });
}

/** Rows as arrays of the values of the columns at the top. */
async function* listSlices(file: SourceFile, parquet: ParquetFile): AsyncGenerator<readonly unknown[][]> {
  const { metadata } = parquet;
  let start = 0;
  for (const group of metadata.row_groups) {
    const count = Number(group.num_rows);
    if (count > 0) {
      const bytes = await guarded(() => loadGroup(file, group));
      const step = sliceRows(group, count);
      for (let at = 0; at < count; at += step) {
        yield await guarded(async () => {
          let rows: unknown[][] = [];
          await parquetRead({
            file: bytes,
            metadata,
            rowStart: start + at,
            rowEnd: start + Math.min(count, at + step),
            compressors: COMPRESSORS,
            parsers: NO_PARSERS,
            utf8: false,
            geoparquet: false,
            useOffsetIndex: true,
            onComplete: (found) => {
              rows = found;
            },
          });
          return rows;
        });
      }
    }
    start += count;
  }
}

function sliceRows(group: RowGroup, rows: number): number {
  const byCells = Math.floor(SLICE_CELLS / Math.max(1, group.columns.length));
  const byBytes = Math.floor((SLICE_BYTES / Math.max(1, Number(group.total_byte_size))) * rows);
  return Math.max(1000, Math.min(rows, byCells, byBytes));
}

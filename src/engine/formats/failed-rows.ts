// The file of just the failed rows, in the input's own dialect with the errors beside them: to be mended and read again.
import { Cell, type CellBatch, type CellKind } from '../../foundation/cells/cell-batch.js';
import { createLineWriter, type LineCell } from './csv/csv-line.js';
import { readFormat } from './index.js';
import { toShape, writeObject } from './json/json-writer.js';
import { findTexts } from './option-reading.js';
import type { FormatOptions, TableWriter, WrittenBytes } from './table-format.js';

/** Columns that hold the errors. An import passes over them. */
export const ERROR_COLUMNS = ['dovetail_error_line', 'dovetail_errors'] as const;

export interface FailedRow {
  /** Physical line of the row in the input. */
  readonly line: number;
  /** The original cells, in the order of the columns; null where there was no text. */
  readonly cells: readonly (string | null)[];
  /** `Cell.…` of each cell. Without it a null is an empty cell (JSON: left out) and all else is text. */
  readonly kinds?: readonly CellKind[];
  readonly errors: readonly string[];
}

export interface FailedRowsWriter {
  begin(): WrittenBytes | Promise<WrittenBytes>;
  rows(rows: readonly FailedRow[]): WrittenBytes | Promise<WrittenBytes>;
  end(): WrittenBytes | Promise<WrittenBytes>;
}

export function isErrorColumn(name: string): boolean {
  return (ERROR_COLUMNS as readonly string[]).includes(name);
}

/** The cells and kinds of one row of a batch, as `FailedRow` takes them. */
export function toFailedCells(
  batch: CellBatch,
  row: number,
): { cells: (string | null)[]; kinds: CellKind[] } {
  const width = batch.columns.length;
  const kinds = Array.from(batch.kind.subarray(row * width, (row + 1) * width)) as CellKind[];
  const cells = kinds.map((kind, column) => {
    const i = row * width + column;
    return kind === Cell.text || kind === Cell.json
      ? batch.bytes.toString('utf8', batch.start[i], batch.end[i])
      : null;
  });
  return { cells, kinds };
}

/**
 * A writer for the input's format and options, as detected or given. Text is UTF-8, with a
 * header only if the input had one. Error columns of an earlier round are replaced.
 */
export function createFailedRowsWriter(input: {
  readonly format: string;
  readonly options: FormatOptions;
  readonly columns: readonly string[];
}): FailedRowsWriter {
  const kept = input.columns.map((_, i) => i).filter((i) => !isErrorColumn(input.columns[i]!));
  const columns = [...kept.map((i) => input.columns[i]!), ...ERROR_COLUMNS];
  if (input.format === 'csv') return delimitedWriter(input.options, columns, kept);
  if (input.format === 'json' || input.format === 'ndjson')
    return jsonWriter(input.format === 'ndjson', columns, kept);
  const format = readFormat(failedRowsFormat(input.format));
  return tableWriter(format.createWriter({ columns, options: input.options }), kept);
}

/** The format failed rows of an input come in: its own, unless that one is only read. */
export function failedRowsFormat(input: string): string {
  return readFormat(input).writtenAs ?? input;
}

/** For formats without a dialect to keep: through the format's own writer, which is told what each cell was. */
function tableWriter(writer: TableWriter, kept: readonly number[]): FailedRowsWriter {
  return {
    begin: () => writer.begin(),
    rows: (rows) =>
      writer.rows(
        rows.map((row) => [
          ...kept.map((i) => row.cells[i] ?? null),
          String(row.line),
          row.errors.join('; '),
        ]),
        rows.map((row) => [
          ...kept.map((i) => row.kinds?.[i] ?? (row.cells[i] == null ? Cell.empty : Cell.text)),
          Cell.text,
          Cell.text,
        ]),
      ),
    end: () => writer.end(),
  };
}

function delimitedWriter(
  options: FormatOptions,
  columns: readonly string[],
  kept: readonly number[],
): FailedRowsWriter {
  const nullSpelling = (findTexts(options, 'nullSpellings') ?? findTexts(options, 'nullSpelling'))?.[0] ?? '';
  const signs = ['delimiter', 'quote', 'escape', 'comment', 'rowEnd'].filter((name) => options[name] != null);
  const own = Object.fromEntries(signs.map((name) => [name, options[name]!]));
  const line = createLineWriter({ ...own, nullSpelling }, '\n');
  const header = options['header'] !== false && options['header'] !== 0 && options['header'] !== 'false';
  const toCell = (row: FailedRow, i: number): LineCell =>
    row.kinds?.[i] === Cell.null ? null : (row.cells[i] ?? undefined);
  return {
    begin: () => (header ? line(columns) : ''),
    rows: (rows) =>
      rows
        .map((row) => line([...kept.map((i) => toCell(row, i)), String(row.line), row.errors.join('; ')]))
        .join(''),
    end: () => '',
  };
}

function jsonWriter(perLine: boolean, columns: readonly string[], kept: readonly number[]): FailedRowsWriter {
  const shape = toShape(columns);
  let written = false;
  const record = (row: FailedRow): string =>
    writeObject(shape, (column) => {
      if (column === kept.length) return String(row.line);
      if (column > kept.length) return JSON.stringify(row.errors.join('; '));
      const i = kept[column]!;
      const text = row.cells[i] ?? null;
      if (row.kinds?.[i] === Cell.null) return 'null';
      if (text === null) return undefined;
      return row.kinds?.[i] === Cell.json ? text.replace(/[\r\n]+/g, ' ') : JSON.stringify(text);
    });
  const between = (row: FailedRow): string => {
    const text = perLine ? `${record(row)}\n` : `${written ? ',' : ''}\n${record(row)}`;
    written = true;
    return text;
  };
  return {
    begin: () => (perLine ? '' : '['),
    rows: (rows) => rows.map(between).join(''),
    end: () => (perLine ? '' : '\n]\n'),
  };
}

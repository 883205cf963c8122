// Trying a dialect on the sample: what the table would look like if it were right.
import { Cell } from '../../../foundation/cells/cell-batch.js';
import { MAX_CELL_BYTES, MAX_ROW_BYTES } from '../row-limits.js';
import type { FormatOptions } from '../table-format.js';
import { type CsvDialect, toDialect } from './csv-dialect.js';
import { lexRows } from './csv-lexer.js';
import { createRowSink, type LexInput, type RowSink } from './csv-rows.js';

export const PROBE_ROWS = 400;
const PROBE_COLUMNS = 400;

export interface ProbeCell {
  readonly text: string;
  readonly quoted: boolean;
}

export interface ProbeRow {
  readonly line: number;
  readonly width: number;
  readonly cells: readonly ProbeCell[];
}

export interface Shape {
  readonly options: FormatOptions;
  readonly rows: number;
  readonly widths: readonly number[];
  /** The width most rows have, and the share of the rows that have it. */
  readonly width: number;
  readonly consistency: number;
  /** Share of rows with broken quotes. */
  readonly broken: number;
}

/** How wide the rows are under these options. */
export function probeShape(text: Buffer, whole: boolean, options: FormatOptions): Shape {
  const { sink } = lex(text, whole, options, 1);
  const widths = Array.from(sink.widths.subarray(0, sink.rows));
  const counts = new Map<number, number>();
  for (const width of widths) counts.set(width, (counts.get(width) ?? 0) + 1);
  let width = 1;
  let most = 0;
  for (const [candidate, count] of counts) {
    if (count > most || (count === most && candidate > width)) {
      width = candidate;
      most = count;
    }
  }
  const broken = sink.problems.filter(({ code }) => code.endsWith('203') || code.endsWith('204')).length;
  return {
    options,
    rows: sink.rows,
    widths,
    width,
    consistency: sink.rows === 0 ? 0 : most / sink.rows,
    broken: sink.rows === 0 ? 0 : broken / sink.rows,
  };
}

/** The first rows as texts, at most 400 of 400 columns. */
export function probeRows(text: Buffer, whole: boolean, options: FormatOptions, width: number): ProbeRow[] {
  const columns = Math.min(Math.max(1, width), PROBE_COLUMNS);
  const { sink, input, dialect } = lex(text, whole, options, columns);
  return Array.from({ length: sink.rows }, (_, row) => ({
    line: sink.lines[row]!,
    width: sink.widths[row]!,
    cells: Array.from({ length: Math.min(columns, sink.widths[row]!) }, (_, column) => {
      const i = row * columns + column;
      const from = sink.start[i]!;
      const held = sink.kind[i] !== Cell.absent;
      return {
        text: held ? input.bytes.toString('utf8', from, sink.end[i]) : '',
        quoted: held && from > 0 && input.bytes[from - 1] === dialect.quote,
      };
    }),
  }));
}

function lex(
  text: Buffer,
  whole: boolean,
  options: FormatOptions,
  columns: number,
): { sink: RowSink; input: LexInput; dialect: CsvDialect } {
  const dialect = toDialect({ ...options, header: false, skipLines: 0, nullSpellings: [] });
  const run = (final: boolean) => {
    const bytes = Buffer.allocUnsafeSlow(text.length + 1);
    text.copy(bytes);
    const input: LexInput = {
      bytes,
      position: 0,
      filled: text.length,
      final,
      line: 1,
      suspectUntil: 0,
      brokenLine: 0,
      maxCellBytes: MAX_CELL_BYTES,
      maxRowBytes: MAX_ROW_BYTES,
    };
    const sink = createRowSink(columns, PROBE_ROWS);
    lexRows(dialect, input, sink);
    return { sink, input, dialect };
  };
  const result = run(whole);
  // A single row longer than the sample, or a quote never closed in it: better a cut row than none.
  return result.sink.rows === 0 && !whole ? run(true) : result;
}

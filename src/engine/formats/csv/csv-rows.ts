// The lexer's input window and its output, the dense cell arrays of one batch.
import { Cell, type RowProblem } from '../../../foundation/cells/cell-batch.js';

/** The window onto the source. `bytes` has at least one byte to spare after `filled`: the lexer puts its sentinel there. */
export interface LexInput {
  bytes: Buffer;
  /** Index of the next row's first byte. */
  position: number;
  filled: number;
  /** True once no byte will follow. */
  final: boolean;
  /** Physical line of `position`, from 1. */
  line: number;
  /** Rows up to this line may be the rest of a broken row: a stray quote in them is a problem. */
  suspectUntil: number;
  /** Line of the broken row behind `suspectUntil`. */
  brokenLine: number;
  readonly maxCellBytes: number;
  readonly maxRowBytes: number;
}

/** A problem before its cell has a name: the reader knows the columns. */
export interface CsvProblem extends RowProblem {
  /** The cell to blame, from 0 in its row. */
  readonly cell?: number;
}

export interface RowSink {
  readonly columns: number;
  readonly capacity: number;
  rows: number;
  readonly start: Uint32Array;
  readonly end: Uint32Array;
  readonly kind: Uint8Array;
  readonly lines: Uint32Array;
  /** Cells each row really had. */
  readonly widths: Uint32Array;
  readonly problems: CsvProblem[];
  /** Index in the window where the first row begins. */
  from: number;
}

export function createRowSink(columns: number, capacity: number): RowSink {
  const cells = columns * capacity;
  return {
    columns,
    capacity,
    rows: 0,
    start: new Uint32Array(cells),
    end: new Uint32Array(cells),
    kind: new Uint8Array(cells),
    lines: new Uint32Array(capacity),
    widths: new Uint32Array(capacity),
    problems: [],
    from: 0,
  };
}

/** Moves every cell by `shift` bytes to the front, after the window's bytes were moved. */
export function shiftCells(sink: RowSink, shift: number): void {
  const cells = sink.rows * sink.columns;
  if (shift === 0) return;
  for (let i = 0; i < cells; i++) {
    if (sink.kind[i] === Cell.absent) continue;
    sink.start[i]! -= shift;
    sink.end[i]! -= shift;
  }
}

// What the readers of spreadsheets hand on: rows as the sheet has them, before anything is known of a header.
import type { problemCode } from '../formats-errors.js';

/** A text; the number of a shared string; null for a value that is to count as NULL. A hole is an empty cell. */
export type GridCell = string | number | null;

export interface GridProblem {
  readonly number: Parameters<typeof problemCode>[0];
  readonly message: string;
  readonly hint: string;
  /** Column, from 0. Trouble outside the table's columns is nobody's. */
  readonly column: number;
  /** What the cell holds, where that can be said. */
  readonly value?: string;
}

export interface GridRow {
  /** Number of the row as the program shows it, from 1. */
  readonly line: number;
  /** By column, from 0; may have holes. */
  readonly cells: (GridCell | undefined)[];
  problems?: GridProblem[];
}

/** The text of shared strings, kept as bytes. */
export interface SharedTexts {
  /** Throws nothing: a number that is not there has been made a problem of its row. */
  toText(index: number): string;
  readonly count: number;
  /** Copies the UTF-8 bytes to `target` at `at` and returns how many; -1 if they don't fit. */
  copy(index: number, target: Buffer, at: number): number;
  byteLength(index: number): number;
}

/** For formats that keep every text in its cell. */
export const NO_SHARED_TEXTS: SharedTexts = {
  count: 0,
  toText: () => '',
  copy: () => 0,
  byteLength: () => 0,
};

/** One sheet, to be read from its beginning as often as needed. Arrays of rows come in pieces of any size. */
export interface GridSheet {
  readonly name: string;
  readonly hidden: boolean;
  readonly kind: 'sheet' | 'chart';
  rows(): AsyncIterable<readonly GridRow[]>;
}

export interface GridBook {
  readonly sheets: readonly GridSheet[];
  readonly shared: SharedTexts;
  /** For the user, besides what is said of every workbook. */
  readonly says: readonly string[];
  /** Share of the bytes read so far that stands for the progress, in bytes of the file. */
  position(): number;
}

export const MAX_GRID_COLUMNS = 16_384;
export const MAX_GRID_ROWS = 1_048_576;

/** `C17`, as programs call a cell. */
export function toCellName(column: number, line: number): string {
  let letters = '';
  for (let n = column + 1; n > 0; n = Math.floor((n - 1) / 26))
    letters = String.fromCharCode(65 + ((n - 1) % 26)) + letters;
  return `${letters}${line}`;
}

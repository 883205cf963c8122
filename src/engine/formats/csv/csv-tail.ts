// The end of a delimited text, to see what stands below the table.
import type { FormatOptions } from '../table-format.js';
import { type ProbeRow, probeRows } from './csv-probe.js';

/** Rows at the end that are looked at. */
const TAIL_ROWS = 200;

/** The rows at the end of a text, read under these options; `text` may begin in the middle of a row. */
export function probeTail(text: Buffer, options: FormatOptions, width: number): readonly ProbeRow[] {
  let from = text.length;
  for (let lines = 0; lines <= TAIL_ROWS && from > 0; lines++) from = text.lastIndexOf(10, from - 1);
  const tail = from <= 0 ? text : text.subarray(from + 1);
  return probeRows(tail, true, options, width);
}

export const toTexts = (rows: readonly ProbeRow[]): readonly (readonly string[])[] =>
  rows.map((row) => row.cells.map(({ text }) => text));

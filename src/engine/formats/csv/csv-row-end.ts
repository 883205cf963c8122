// What is to be done at the end of a row that is not plain: missing or extra cells, escapes, broken quotes.
import { Cell } from '../../../foundation/cells/cell-batch.js';
import { excerpt, formatsError, problemCode } from '../formats-errors.js';
import type { CsvDialect } from './csv-dialect.js';
import { unescapeCell } from './csv-quoted-cell.js';
import type { LexInput, RowSink } from './csv-rows.js';

/** What the lexer noticed in one row; one object is reused for all rows. */
export interface RowNotes {
  line: number;
  /** Index of the row's first byte. */
  from: number;
  /** Index of the row's first cell, and the index after the last one that was there. */
  first: number;
  cells: number;
  width: number;
  /** Number of the error that broke the row, 0 if none did, and the line on which the broken cell began. */
  broken: number;
  brokenAt: number;
  /** The broken cell's number in the row, from 1, and where it begins. */
  brokenCell: number;
  brokenFrom: number;
  /** Cells with escapes. */
  escapes: number[];
  /** Start and end of every non-empty cell beyond the columns. */
  extras: number[];
}

/** Ends the row; its bytes end at `to`. Throws FORMATS-109 for a row beyond the limit. */
export function closeRow(
  dialect: CsvDialect,
  input: LexInput,
  out: RowSink,
  notes: RowNotes,
  to: number,
): void {
  const { first, cells, broken } = notes;
  if (to - notes.from > input.maxRowBytes) throw rowTooLong(input);
  const limit = first + out.columns;
  if (cells < limit) {
    const pad = broken === 0 && dialect.ragged === 'pad';
    out.start.fill(0, cells, limit);
    out.end.fill(0, cells, limit);
    out.kind.fill(pad ? Cell.empty : Cell.absent, cells, limit);
  }
  if (broken > 0) {
    report(out, broken === 204 ? neverClosed(input, notes) : textAfterQuote(input, notes));
    input.brokenLine = notes.line;
  } else if (cells < limit && dialect.ragged !== 'pad') report(out, tooFew(out, notes));
  else if (notes.extras.length > 0) report(out, tooMany(input, out, notes));
  const suspect = broken === 0 && notes.line <= input.suspectUntil;
  const stray = suspect ? findStrayQuote(dialect, input, out, notes) : -1;
  if (stray >= 0) {
    report(out, {
      code: problemCode(208),
      message: `A quote stands inside an unquoted cell; this line may be the rest of the broken row of line ${input.brokenLine}.`,
      hint: 'Mend the quotes of that row; if this row is whole, put the cell in quotes.',
      cell: stray - first,
      value: textOf(input, out.start[stray]!, out.end[stray]!),
    });
  }
  checkLengths(input, out, notes);
  for (const cell of notes.escapes) {
    const from = out.start[cell]!;
    const quoted = from > 0 && input.bytes[from - 1] === dialect.quote;
    out.end[cell] = unescapeCell(dialect, input.bytes, from, out.end[cell]!, quoted);
  }
  notes.escapes.length = 0;
  notes.extras.length = 0;
}

export function rowTooLong(input: LexInput) {
  return formatsError(109, {
    detail: `The row that begins in line ${input.line} is longer than ${input.maxRowBytes} bytes.`,
    hint: 'Is this a delimited text file, and are its line ends LF, CRLF or CR?',
    pointer: { line: input.line },
  });
}

interface Finding {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  readonly line?: number;
  readonly cell?: number;
  readonly value?: string;
}

function report(out: RowSink, finding: Finding): void {
  out.problems.push({ index: out.rows, ...finding });
}

function tooFew(out: RowSink, notes: RowNotes): Finding {
  return {
    code: problemCode(201),
    cell: notes.cells - notes.first,
    message: `The row has ${count(notes.width)}, ${out.columns} are expected.`,
    hint: 'Add the missing cells; or set ragged to "pad" to take missing cells as empty, to "join" if unquoted cells hold line breaks.',
  };
}

function tooMany(input: LexInput, out: RowSink, notes: RowNotes): Finding {
  const texts: string[] = [];
  for (let k = 0; k < notes.extras.length && texts.length < 5; k += 2) {
    texts.push(`"${excerpt(input.bytes.toString('utf8', notes.extras[k], notes.extras[k + 1]))}"`);
  }
  const more = notes.extras.length / 2 > texts.length ? ' …' : '';
  return {
    code: problemCode(202),
    message: `The row has ${count(notes.width)}, ${out.columns} are expected; too many: ${texts.join(', ')}${more}.`,
    hint: 'A cell that holds the delimiter must be in quotes.',
    value: texts.map((text) => text.slice(1, -1)).join(', '),
  };
}

function neverClosed(input: LexInput, notes: RowNotes): Finding {
  return {
    code: problemCode(204),
    message: `The quote opened on line ${notes.brokenAt} in cell ${notes.brokenCell} is never closed.`,
    hint: 'Reading went on with the next line. Close the quote, or double it if it is part of the text.',
    line: notes.brokenAt,
    ...brokenCell(input, notes),
  };
}

function brokenCell(input: LexInput, { brokenCell: cell, brokenFrom: from }: RowNotes) {
  return { cell: cell - 1, value: textOf(input, from, input.filled) };
}

function textAfterQuote(input: LexInput, notes: RowNotes): Finding {
  const from = notes.brokenFrom;
  const text = excerpt(input.bytes.toString('utf8', from, Math.min(from + 80, input.filled)), 40);
  return {
    code: problemCode(203),
    message: `Text follows a closing quote in cell ${notes.brokenCell}, which begins on line ${notes.brokenAt} with ${text}`,
    hint: 'Double each quote that is part of the text.',
    line: notes.brokenAt,
    ...brokenCell(input, notes),
  };
}

/** Index of the cell that has one, or -1. */
function findStrayQuote(dialect: CsvDialect, input: LexInput, out: RowSink, notes: RowNotes): number {
  for (let i = notes.first; i < notes.cells; i++) {
    const from = out.start[i]!;
    if (out.kind[i] !== Cell.text || (from > 0 && input.bytes[from - 1] === dialect.quote)) continue;
    if (input.bytes.subarray(from, out.end[i]).includes(dialect.quote)) return i;
  }
  return -1;
}

function checkLengths(input: LexInput, out: RowSink, notes: RowNotes): void {
  for (let i = notes.first; i < notes.cells; i++) {
    const length = out.end[i]! - out.start[i]!;
    if (length <= input.maxCellBytes) continue;
    report(out, {
      code: problemCode(207),
      message: `Cell ${i - notes.first + 1} has ${length} bytes; the limit is ${input.maxCellBytes}.`,
      hint: 'Shorten it; if the cell is not meant to be so long, a quote may be missing before or after it.',
      cell: i - notes.first,
      value: textOf(input, out.start[i]!, out.end[i]!),
    });
  }
}

/** The beginning of a cell: enough to know it again. */
function textOf(input: LexInput, from: number, to: number): string {
  return excerpt(input.bytes.toString('utf8', from, Math.min(from + 200, to)));
}

function count(width: number): string {
  return width === 1 ? '1 cell' : `${width} cells`;
}

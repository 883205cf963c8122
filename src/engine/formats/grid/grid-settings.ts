// The settings all spreadsheet formats have in common, read once.
import { findTexts, readChoice, readCount } from '../option-reading.js';
import type { FormatOptions, OptionDescription } from '../table-format.js';

export interface GridSettings {
  /** Names or numbers; undefined: the first with a table. */
  readonly sheets: readonly string[] | undefined;
  /** Whether sheets with the same header are read as one table; undefined: those this product wrote as one. */
  readonly together: 'one' | 'all' | undefined;
  /** The row the header is in, from 1; false: there is none; undefined: to be found. */
  readonly header: number | boolean | undefined;
  readonly columns: readonly string[] | undefined;
  /** From 1. */
  readonly firstColumn: number | undefined;
  readonly skipLines: number;
  /** Rows at the end that are no records; undefined: those that say so. */
  readonly skipFooter: number | undefined;
  readonly errors: 'problem' | 'null';
  readonly merged: 'first' | 'fill';
  readonly hiddenRows: 'read' | 'skip';
}

/** Throws FORMATS-108 for values that can't be meant. */
export function readGridSettings(options: FormatOptions): GridSettings {
  const sheet = options['sheet'];
  const together = options['sheets'];
  const columns = findTexts(options, 'columns');
  return {
    sheets: typeof sheet === 'number' ? [String(sheet)] : findTexts(options, 'sheet'),
    together:
      together == null ? undefined : readChoice<'one' | 'all'>(options, 'sheets', ['one', 'all'], 'one'),
    header: readHeader(options),
    columns: columns && columns.length > 0 ? columns : undefined,
    firstColumn:
      options['firstColumn'] == null ? undefined : Math.max(1, readCount(options, 'firstColumn', 1)),
    skipLines: readCount(options, 'skipLines', 0),
    skipFooter: options['skipFooter'] == null ? undefined : readCount(options, 'skipFooter', 0),
    errors: readChoice(options, 'errors', ['problem', 'null'], 'problem'),
    merged: readChoice(options, 'merged', ['first', 'fill'], 'first'),
    hiddenRows: readChoice(options, 'hiddenRows', ['read', 'skip'], 'read'),
  };
}

function readHeader(options: FormatOptions): number | boolean | undefined {
  const header = options['header'];
  if (header === undefined || header === null) return undefined;
  if (typeof header === 'boolean') return header;
  if (header === 'true' || header === 'yes') return true;
  if (header === 'false' || header === 'no') return false;
  const row = readCount(options, 'header', 0);
  return row === 0 ? false : row;
}

/** What holds for every spreadsheet that is read. */
export const GRID_NOTES: readonly string[] = [
  'Dates and times are known by the cell’s number format and become `2026-12-31`, `2026-12-31 23:59:59`, `23:59:59`; durations `49:30:00`. What the format hides (the time behind a date) is kept. 29 February 1900, which Excel counts and never was, is a problem of its row.',
  'Numbers have the 15 digits a spreadsheet keeps: 0.1+0.2 is `0.3`; whole numbers have no point and keep every digit the file has. Under a format of zeros (`00000`) they have the zeros it shows; percentages stay fractions.',
  'Formulas count by their stored value; without one, and for an error such as #N/A, the row has a problem that names the cell.',
  'A cell that only has a style is empty, and so are rows and columns of such cells. An empty text is an empty text; a formula that shows nothing is an empty cell.',
  'Rows in reports are those the program shows; of further sheets read with the first they count on.',
];

export const GRID_OPTIONS: readonly OptionDescription[] = [
  {
    name: 'sheet',
    meaning: 'The sheet to read, by name or number; in writing the name of the sheet',
    default: 'the first with a table; in writing Sheet1',
  },
  {
    name: 'sheets',
    meaning: 'Read this sheet alone, or all sheets with the same header as one table',
    values: ['one', 'all'],
    default: 'one; all where a sheet goes on in "NAME (2)"',
  },
  {
    name: 'header',
    meaning: 'Whether names stand above the rows, or the number of the row they stand in',
    default: 'found by what the rows hold; in writing true',
  },
  {
    name: 'columns',
    meaning: 'Names of the columns; they replace those of a header',
    default: 'column1, column2 …',
  },
  {
    name: 'firstColumn',
    meaning: 'Number of the column the table begins in',
    default: 'the first with cells',
  },
  { name: 'skipLines', meaning: 'Rows to pass over at the top', default: '0' },
  {
    name: 'skipFooter',
    meaning: 'Rows at the end that are no records: totals, counts; each is a warning',
    default: 'those that say so',
  },
  {
    name: 'errors',
    meaning: 'What a cell with an error such as #N/A means: a problem of its row, or NULL',
    values: ['problem', 'null'],
    default: 'problem',
  },
  {
    name: 'merged',
    meaning: 'Merged cells: the value stands in the first one only, or in each',
    values: ['first', 'fill'],
    default: 'first',
  },
  {
    name: 'hiddenRows',
    meaning: 'Rows that are hidden, by a filter too: read, or pass over',
    values: ['read', 'skip'],
    default: 'read',
  },
];

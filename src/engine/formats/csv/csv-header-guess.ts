// Is the first row a header, and do title lines stand above it?
import type { ProbeRow } from './csv-probe.js';

export interface HeaderGuess {
  readonly header: boolean;
  /** Physical lines above the table. */
  readonly skipLines: number;
  readonly says: readonly string[];
  /** 0 to 1: how sure it is that there is a header, or none. */
  readonly confidence: number;
}

type Kind = 'empty' | 'number' | 'date' | 'flag' | 'text';

/** `width`: the width most rows have. */
export function guessHeader(rows: readonly ProbeRow[], width: number): HeaderGuess {
  if (rows.length === 0) return { header: true, skipLines: 0, says: [], confidence: 0 };
  const above = countTitleRows(rows, width);
  const table = rows.slice(above);
  const evidence = weighHeader(table);
  const line = table[0]!.line;
  const skipped = line - 1;
  const skipLines = above > 0 ? skipped : 0;
  const says: string[] = [];
  if (above > 0) says.push(`${skipped} line${skipped === 1 ? '' : 's'} above the table passed over`);
  if (evidence === 'no') says.push('no header: the first row looks like data');
  if (evidence === 'yes') says.push(`header in line ${line}`);
  if (evidence === 'maybe') {
    says.push(
      `line ${line} taken as the header, since nothing speaks against it; set header to false if it is data`,
    );
  }
  return { header: evidence !== 'no', skipLines, says, confidence: CONFIDENCE[evidence] };
}

/** Rows narrower than the table, above a row that is clearly its header, or that a blank line sets apart. */
function countTitleRows(rows: readonly ProbeRow[], width: number): number {
  if (width < 2) return 0;
  const at = rows.findIndex((row) => row.width === width);
  if (at < 1 || at > 20 || rows.length < at + 2) return 0;
  if (rows.slice(0, at).some((row) => row.width > width)) return 0;
  const below = rows.slice(at, at + 12);
  const whole = below.filter((row) => row.width === width);
  // A ragged row among them is an error of the table, not the end of the lines above it.
  if (below[1]?.width !== width || whole.length * 3 < below.length * 2) return 0;
  const header = weighHeader(rows.slice(at).filter((row) => row.width === width));
  if (header === 'yes') return at;
  // Names over texts alone prove nothing; but a title, a blank line and a table without a ragged row do.
  const apart = rows[at]!.line > rows[at - 1]!.line + 1 && rows.slice(0, at).every((row) => row.width === 1);
  return header === 'maybe' && apart && whole.length === below.length ? at : 0;
}

/** Rough: columns of numbers or dates below names say most, that nothing speaks against it says little. */
const CONFIDENCE = { yes: 0.95, no: 0.9, maybe: 0.6 } as const;

/**
 * Whether the first of the rows names the columns of the others. A header that stands there again further down says
 * nothing against itself, if the other rows speak for it.
 */
export function weighHeader(rows: readonly ProbeRow[]): 'yes' | 'no' | 'maybe' {
  const [first, ...rest] = rows;
  const others = rest.filter((row) => !isSameRow(row, first!));
  if (others.length < rest.length && others.length > 0 && weighRows([first!, ...others]) === 'yes')
    return 'yes';
  return weighRows(rows);
}

function isSameRow(row: ProbeRow, other: ProbeRow): boolean {
  return (
    row.width > 1 &&
    row.width === other.width &&
    row.cells.every(({ text }, i) => text === other.cells[i]?.text)
  );
}

function weighRows(rows: readonly ProbeRow[]): 'yes' | 'no' | 'maybe' {
  const [first, ...rest] = rows;
  const names = first!.cells.map(({ text }) => text.trim());
  const kinds = names.map(toKind);
  const full = names.filter((name) => name !== '');
  const typed = kinds.filter((kind) => kind === 'number' || kind === 'date').length;
  const long = full.some((name) => name.length > 100 || name.includes('\n'));
  if (rest.length === 0) return typed > 0 || full.length === 0 || long ? 'no' : 'maybe';
  if (full.length === 0) return 'no';
  // A column that holds numbers or dates below a name: no data row looks like that.
  const columns = names.map((_, i) => columnKind(rest, i));
  const contrast = columns.filter(
    (kind, i) => kind !== 'text' && kind !== 'empty' && kinds[i] === 'text',
  ).length;
  // A name that is itself a number or date over a column of text speaks for neither; over its like, it is data.
  const alike = columns.filter(
    (kind, i) => (kinds[i] === 'number' || kinds[i] === 'date') && kind === kinds[i],
  ).length;
  if (alike > 0) return contrast > alike * 2 && new Set(full).size === full.length ? 'yes' : 'no';
  if (contrast > 0) return 'yes';
  if (typed > 0) return 'no';
  if (kinds.includes('flag') && columns.every((kind, i) => kind === kinds[i] || kind === 'empty'))
    return 'no';
  if (new Set(full).size !== full.length) return 'no';
  // All text: a name does not come again as a value of its own column.
  const again = names.some(
    (name, i) => name !== '' && rest.some((row) => row.cells[i]?.text.trim() === name),
  );
  return again || long ? 'no' : 'maybe';
}

/** What most of the column's filled cells are; `text` if they are mixed. */
function columnKind(rows: readonly ProbeRow[], column: number): Kind {
  const counts = new Map<Kind, number>();
  let filled = 0;
  for (const row of rows) {
    const kind = toKind(row.cells[column]?.text.trim() ?? '');
    if (kind === 'empty') continue;
    filled++;
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  if (filled === 0) return 'empty';
  for (const [kind, count] of counts) if (count >= filled * 0.8) return kind;
  return 'text';
}

function toKind(text: string): Kind {
  if (text === '') return 'empty';
  if (/^[-+]?[$€£]?\s?(\d[\d ,.'_]*|\.\d+)([eE][-+]?\d+)?\s?[%€$£]?$/.test(text))
    return isDate(text) ? 'date' : 'number';
  if (isDate(text)) return 'date';
  return /^(true|false|yes|no|t|f|y|n)$/i.test(text) ? 'flag' : 'text';
}

function isDate(text: string): boolean {
  return (
    /^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([ T]\d{1,2}:\d{2}.*)?$/.test(text) ||
    /^\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?( ?[ap]m)?$/i.test(text) ||
    /^[-+]?(nan|inf|infinity)$/i.test(text)
  );
}

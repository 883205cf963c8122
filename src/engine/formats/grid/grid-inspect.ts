// Which sheet holds the table, where it begins and what its columns are called: everything that reading needs, as plain options.
import { toColumnNames } from '../csv/csv-header.js';
import { formatsError } from '../formats-errors.js';
import type { FormatOptions } from '../table-format.js';
import { findTable, type ProbedRow } from './grid-header.js';
import type { GridBook, GridRow, GridSheet } from './grid-row.js';
import type { GridSettings } from './grid-settings.js';

export interface GridInspection {
  /** Complete: `sheet`, `header`, `firstColumn`, `columns` are all set; without a table `columns` is empty. */
  readonly options: FormatOptions;
  readonly says: readonly string[];
}

const PROBE_ROWS = 400;

/** Throws FORMATS-113 for a book without sheets, 125 for a sheet that isn't there, and what reading throws. */
export async function inspectGrid(
  book: GridBook,
  settings: GridSettings,
  given: FormatOptions,
): Promise<GridInspection> {
  const { sheet, rows } = await chooseSheet(book, settings);
  const says = [saySheet(book, sheet), ...book.says];
  if (rows.length === 0) {
    const options = { ...given, sheet: [sheet.name], header: false, firstColumn: 1, columns: [] };
    return { options, says: [...says, 'it has no cells'] };
  }
  const table = findTable(rows, settings.header);
  says.push(...table.says);
  const firstColumn = settings.firstColumn ?? table.firstColumn;
  const names = table.names.slice(Math.max(0, firstColumn - table.firstColumn));
  const made = toColumnNames(names);
  const columns = settings.columns ?? made;
  const changed = made.filter((name, i) => name !== names[i]!.trim());
  if (settings.columns === undefined && table.header !== false && changed.length > 0)
    says.push(`repeated or empty column names became ${changed.slice(0, 5).join(', ')}`);
  const sheets = await listTogether(book, sheet, settings, table.header, firstColumn, names);
  if (sheets.length > 1) says.push(`read as one table: ${sheets.map((name) => `'${name}'`).join(', ')}`);
  return { options: { ...given, sheet: sheets, header: table.header, firstColumn, columns }, says };
}

async function chooseSheet(
  book: GridBook,
  settings: GridSettings,
): Promise<{ readonly sheet: GridSheet; readonly rows: readonly ProbedRow[] }> {
  const probe = (sheet: GridSheet, limit = PROBE_ROWS) => probeRows(book, sheet, settings, limit);
  const wanted = settings.sheets?.[0];
  if (wanted !== undefined) {
    const sheet = readSheet(book, wanted);
    return { sheet, rows: await probe(sheet) };
  }
  const tables = book.sheets.filter(({ kind }) => kind === 'sheet');
  const shown = tables.filter(({ hidden }) => !hidden);
  for (const sheet of shown) {
    const rows = await probe(sheet);
    if (rows.length > 0) return { sheet, rows };
  }
  const first = shown[0] ?? tables[0];
  if (first) return { sheet: first, rows: [] };
  throw formatsError(113, {
    detail: 'The workbook has no sheet with cells.',
    hint: 'Is it the right file? Charts alone hold no records.',
  });
}

/** By name, then whatever its case, then by number from 1. Throws FORMATS-125. */
export function readSheet(book: GridBook, wanted: string): GridSheet {
  const { sheets } = book;
  const lower = wanted.toLowerCase();
  const found =
    sheets.find(({ name }) => name === wanted) ??
    sheets.find(({ name }) => name.toLowerCase() === lower) ??
    (/^\d{1,6}$/.test(wanted) ? sheets[Number(wanted) - 1] : undefined);
  if (found?.kind === 'sheet') return found;
  throw formatsError(125, {
    detail:
      found === undefined
        ? `There is no sheet ${JSON.stringify(wanted)}.`
        : `The sheet ${JSON.stringify(found.name)} is a chart and has no cells.`,
    hint: `The sheets are ${nameSheets(book)}.`,
  });
}

async function probeRows(
  book: GridBook,
  sheet: GridSheet,
  settings: GridSettings,
  limit: number,
): Promise<readonly ProbedRow[]> {
  const probed: ProbedRow[] = [];
  for await (const rows of sheet.rows()) {
    for (const row of rows) {
      if (row.line <= settings.skipLines || !hasText(row)) continue;
      const cells = Array.from(row.cells, (cell) =>
        typeof cell === 'number' ? book.shared.toText(cell) : (cell ?? ''),
      );
      if (cells.every((cell) => cell === '')) continue;
      probed.push({ line: row.line, cells });
      if (probed.length >= limit) return probed;
    }
  }
  return probed;
}

export function hasText(row: GridRow): boolean {
  return row.cells.some((cell) => cell !== undefined);
}

/** The sheets that go on with the table: all with the same header if asked for, else those called `NAME (2)`, `NAME (3)` … */
async function listTogether(
  book: GridBook,
  first: GridSheet,
  settings: GridSettings,
  header: number | false,
  firstColumn: number,
  names: readonly string[],
): Promise<readonly string[]> {
  if (settings.sheets !== undefined && settings.sheets.length > 1)
    return settings.sheets.map((name) => readSheet(book, name).name);
  if (settings.together === 'one' || header === false) return [first.name];
  // Sheet names have 31 characters at most, so the number may have cost the name its end.
  const goesOn = (name: string, n: number) =>
    name.endsWith(` (${n})`) && first.name.startsWith(name.slice(0, name.lastIndexOf(' (')));
  const found = [first.name];
  for (const sheet of book.sheets.slice(book.sheets.indexOf(first) + 1)) {
    if (sheet.kind !== 'sheet' || sheet.hidden) continue;
    if (settings.together !== 'all' && !goesOn(sheet.name, found.length + 1)) continue;
    const [top] = await probeRows(book, sheet, { ...settings, skipLines: header - 1 }, 1);
    const same =
      top?.line === header && names.every((name, i) => (top.cells[firstColumn - 1 + i] ?? '') === name);
    if (same) found.push(sheet.name);
  }
  return found;
}

function saySheet(book: GridBook, sheet: GridSheet): string {
  if (book.sheets.length === 1) return `sheet '${sheet.name}'`;
  return `sheet '${sheet.name}' of ${book.sheets.length}: ${nameSheets(book)}`;
}

function nameSheets(book: GridBook): string {
  const names = book.sheets.slice(0, 20).map(({ name, hidden, kind }) => {
    const about = [...(hidden ? ['hidden'] : []), ...(kind === 'chart' ? ['chart'] : [])];
    return `'${name}'${about.length > 0 ? ` (${about.join(', ')})` : ''}`;
  });
  return `${names.join(', ')}${book.sheets.length > 20 ? ' …' : ''}`;
}

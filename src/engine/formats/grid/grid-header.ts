// Where a sheet's table begins: its header row below whatever stands above it, and the columns it spans.
import { weighHeader } from '../csv/csv-header-guess.js';
import type { ProbeRow } from '../csv/csv-probe.js';

/** A row of the sheet's beginning, every cell as text; '' for none. */
export interface ProbedRow {
  readonly line: number;
  readonly cells: readonly string[];
}

export interface GridTable {
  /** Row of the header; false if there is none. */
  readonly header: number | false;
  /** From 1. */
  readonly firstColumn: number;
  /** As they stand in the header, or empty where there is none; one for each column that has cells. */
  readonly names: readonly string[];
  readonly says: readonly string[];
}

/** Rows looked at for a header. */
const TITLE_ROWS = 30;

/** `header`: what is known of it. There must be a row. */
export function findTable(rows: readonly ProbedRow[], header: number | boolean | undefined): GridTable {
  const at =
    typeof header === 'number' ? rows.findIndex(({ line }) => line >= header) : findTop(rows, header);
  const top = Math.max(0, at);
  const named = typeof header === 'number' ? rows[top]!.line === header : header;
  const table = rows.slice(top);
  const { first, last } = span(table);
  const evidence = named === undefined ? weigh(table) : named ? 'yes' : 'no';
  const says: string[] = [];
  const { line } = table[0]!;
  if (top > 0 && evidence !== 'no')
    says.push(`${top} row${top === 1 ? '' : 's'} above the table passed over`);
  if (evidence === 'yes') says.push(`header in row ${line}`);
  if (evidence === 'no') says.push('no header: the first row looks like data');
  if (evidence === 'maybe')
    says.push(
      `row ${line} taken as the header, since nothing speaks against it; set header to false if it is data`,
    );
  if (evidence === 'no') {
    const all = span(rows);
    const names = Array.from({ length: all.last - all.first + 1 }, () => '');
    return { header: false, firstColumn: all.first + 1, names, says };
  }
  const names = Array.from({ length: last - first + 1 }, (_, i) => table[0]!.cells[first + i] ?? '');
  return { header: line, firstColumn: first + 1, names, says };
}

/** The first row as wide as those below it, if it can be a header: above it are titles and notes. */
function findTop(rows: readonly ProbedRow[], header: boolean | undefined): number {
  if (header === false) return 0;
  const counts = rows.map(({ cells }) => cells.filter((cell) => cell !== '').length);
  for (let at = 0; at < Math.min(rows.length - 1, TITLE_ROWS); at++) {
    const below = counts.slice(at + 1, at + 11).sort((a, b) => a - b);
    const usual = below[below.length >> 1]!;
    if (counts[at]! < Math.max(2, usual * 0.6)) continue;
    const top = findFullerTop(rows, counts, at);
    if (top === 0) return 0;
    // Titles are narrower than the table, and a header names things.
    const wide = counts.slice(0, top).some((count) => count > counts[top]!);
    return wide || weigh(rows.slice(top)) === 'no' ? 0 : top;
  }
  return 0;
}

/** A note over several cells may look like a header; one with more names and numbers right below it is the better one. */
function findFullerTop(rows: readonly ProbedRow[], counts: readonly number[], at: number): number {
  for (let next = at + 1; next <= at + 5 && next < rows.length - 1; next++) {
    if (counts[next]! > counts[at]! && weigh(rows.slice(next)) === 'yes' && isContrast(rows, next))
      return next;
  }
  return at;
}

/** Whether the row right below the header holds numbers, dates or flags where the header has names. */
function isContrast(rows: readonly ProbedRow[], header: number): boolean {
  return rows[header + 1]!.cells.some(
    (cell, i) =>
      /^(-?[\d.:/ -]+|true|false)$/.test(cell) && /^\D+$/.test(rows[header]!.cells[i] ?? '') && cell !== '',
  );
}

function weigh(table: readonly ProbedRow[]): 'yes' | 'no' | 'maybe' {
  const { first, last } = span(table);
  return weighHeader(table.map((row) => toProbeRow(row, first, last)));
}

/** The columns that have cells. */
function span(rows: readonly ProbedRow[]): { first: number; last: number } {
  let first = Number.MAX_SAFE_INTEGER;
  let last = 0;
  for (const { cells } of rows) {
    const from = cells.findIndex((cell) => cell !== '');
    if (from < 0) continue;
    first = Math.min(first, from);
    last = Math.max(
      last,
      cells.findLastIndex((cell) => cell !== ''),
    );
  }
  return { first: Math.min(first, last), last };
}

function toProbeRow(row: ProbedRow, first: number, last: number): ProbeRow {
  const cells = Array.from({ length: Math.min(400, last - first + 1) }, (_, i) => ({
    text: row.cells[first + i] ?? '',
    quoted: false,
  }));
  return { line: row.line, width: cells.length, cells };
}

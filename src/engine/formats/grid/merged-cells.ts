// Merged cells: a program keeps the value in the first one. Asked to, each of the others gets it too.
import { formatsError } from '../formats-errors.js';
import { type GridCell, type GridRow, MAX_GRID_COLUMNS } from './grid-row.js';

export interface MergedArea {
  readonly firstLine: number;
  readonly lastLine: number;
  readonly firstColumn: number;
  readonly lastColumn: number;
}

const MAX_AREAS = 200_000;

/** The area of a reference such as `B2:C10`; undefined if it is none. */
export function findArea(reference: string): MergedArea | undefined {
  const found = /^([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})$/.exec(reference.replaceAll('$', ''));
  if (!found) return undefined;
  const column = (letters: string) =>
    [...letters].reduce((n, letter) => n * 26 + letter.charCodeAt(0) - 64, 0) - 1;
  const area = {
    firstColumn: column(found[1]!),
    firstLine: Number(found[2]),
    lastColumn: column(found[3]!),
    lastLine: Number(found[4]),
  };
  return area.lastColumn < MAX_GRID_COLUMNS ? area : undefined;
}

export function checkAreaCount(count: number): void {
  if (count <= MAX_AREAS) return;
  throw formatsError(122, {
    detail: `The sheet has more than ${MAX_AREAS} merged areas.`,
    hint: 'Leave the setting merged out, or undo the merging in the program.',
  });
}

/** The rows with the merged cells filled. Rows without any cell of their own are made where an area reaches over them. */
export async function* fillMerged(
  rows: AsyncIterable<readonly GridRow[]>,
  areas: readonly MergedArea[],
): AsyncGenerator<readonly GridRow[]> {
  const waiting = [...areas].sort((a, b) => b.firstLine - a.firstLine);
  let open: { readonly area: MergedArea; readonly value: GridCell }[] = [];
  const fill = (row: GridRow): void => {
    open = open.filter(({ area }) => area.lastLine >= row.line);
    for (let next = waiting.at(-1); next && next.firstLine <= row.line; next = waiting.at(-1)) {
      waiting.pop();
      const value = next.firstLine === row.line ? row.cells[next.firstColumn] : undefined;
      if (value !== undefined) open.push({ area: next, value });
    }
    for (const { area, value } of open)
      for (let column = area.firstColumn; column <= area.lastColumn; column++) row.cells[column] ??= value;
  };
  let line = 0;
  for await (const piece of rows) {
    const filled: GridRow[] = [];
    for (const row of piece) {
      while (++line < row.line && open.some(({ area }) => area.lastLine >= line)) {
        const between: GridRow = { line, cells: [] };
        fill(between);
        filled.push(between);
      }
      line = row.line;
      fill(row);
      filled.push(row);
    }
    yield filled;
  }
  const rest: GridRow[] = [];
  for (line++; open.some(({ area }) => area.lastLine >= line); line++) {
    const below: GridRow = { line, cells: [] };
    fill(below);
    rest.push(below);
    // An area may claim to reach a million rows down, below all data.
    if (rest.length >= 10_000) break;
  }
  if (rest.length > 0) yield rest;
}

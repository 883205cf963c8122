// The XML of one sheet of an OpenDocument spreadsheet, tag by tag: rows and cells that repeat, texts in paragraphs.
import { formatsError } from '../formats-errors.js';
import { type GridRow, MAX_GRID_COLUMNS, MAX_GRID_ROWS } from '../grid/grid-row.js';
import type { GridSettings } from '../grid/grid-settings.js';
import type { XmlHandlers } from '../grid/xml-part.js';
import { type OdsCell, setOdsCell } from './ods-cell.js';

/** Cells that only repeat others, in a whole sheet: a few bytes could stand for billions of them. */
const MAX_REPEATED = 5_000_000;

/** Handlers for the sheet with that index, from 0; each of its rows that has cells goes to `take`. */
export function createSheetHandlers(
  index: number,
  settings: GridSettings,
  take: (row: GridRow) => void,
): XmlHandlers & { done(): boolean } {
  /** Tables may stand in cells; those are no sheets. */
  let depth = 0;
  let sheet = -1;
  let line = 1;
  let repeated = 0;
  let row: GridRow | undefined;
  let rowRepeat = 1;
  let column = 0;
  let cell: OdsCell | undefined;
  let cellRepeat = 1;
  /** Inside a note or a shape of the cell: not its text. */
  let aside = 0;
  let paragraphs = 0;

  const here = () => sheet === index && depth === 1;
  const spend = (cells: number): void => {
    repeated += cells;
    if (repeated <= MAX_REPEATED) return;
    throw formatsError(122, {
      detail: `The sheet repeats cells more than ${MAX_REPEATED} times.`,
      hint: 'Save the sheet as CSV and import that.',
    });
  };

  const put = (): void => {
    if (!row || !cell) return;
    const first = row.cells.length;
    const problems = row.problems?.length ?? 0;
    setOdsCell(row, column, cell, settings);
    const value = row.cells.length > first ? row.cells[column] : undefined;
    if (value !== undefined && cellRepeat > 1) {
      const end = Math.min(column + cellRepeat, MAX_GRID_COLUMNS + 1);
      spend(end - column);
      for (let c = column; c < end; c++) row.cells[c] = value;
    }
    if (
      (value !== undefined || (row.problems?.length ?? 0) > problems) &&
      column + cellRepeat > MAX_GRID_COLUMNS
    )
      throw formatsError(110, {
        detail: `Row ${line} of the sheet has more than ${MAX_GRID_COLUMNS} columns.`,
        hint: 'No program shows so many; check what made the file.',
        pointer: { line },
      });
    column += cellRepeat;
  };

  const endRow = (): void => {
    if (!row) return;
    if (row.cells.length > 0 || row.problems) {
      const copies = Math.min(rowRepeat, MAX_GRID_ROWS - line + 1);
      if (copies > 1) spend(copies * Math.max(1, row.cells.length));
      for (let i = 0; i < copies; i++) take({ ...row, line: line + i, cells: [...row.cells] });
    }
    line += rowRepeat;
    row = undefined;
  };

  return {
    done: () => sheet > index || (sheet === index && depth === 0 && line > 1),
    open(name, attributes) {
      if (name === 'table') {
        if (depth++ === 0) sheet++;
        return;
      }
      if (!here()) return;
      switch (name) {
        case 'table-row': {
          rowRepeat = toRepeat(attributes['table:number-rows-repeated']);
          const skip =
            settings.hiddenRows === 'skip' &&
            /^(collapse|filter)$/.test(attributes['table:visibility'] ?? '');
          row = { line, cells: [] };
          if (skip) row = undefined;
          if (skip) line += rowRepeat;
          column = 0;
          break;
        }
        case 'table-cell':
        case 'covered-table-cell':
          cellRepeat = toRepeat(attributes['table:number-columns-repeated']);
          // What a merged cell covers is kept by some programs and shown by none.
          cell = { attributes: name === 'table-cell' ? attributes : {}, text: '' };
          paragraphs = 0;
          break;
        case 'annotation':
        case 'frame':
        case 'custom-shape':
          aside++;
          break;
        case 'p':
          if (cell && aside === 0 && paragraphs++ > 0) cell.text += '\n';
          break;
        case 's':
          if (cell && aside === 0) cell.text += ' '.repeat(Math.min(32_767, toRepeat(attributes['text:c'])));
          break;
        case 'tab':
          if (cell && aside === 0) cell.text += '\t';
          break;
        case 'line-break':
          if (cell && aside === 0) cell.text += '\n';
          break;
      }
    },
    close(name) {
      if (name === 'table') {
        depth--;
        return;
      }
      if (!here()) return;
      if (name === 'table-row') endRow();
      else if (name === 'table-cell' || name === 'covered-table-cell') {
        put();
        cell = undefined;
      } else if (name === 'annotation' || name === 'frame' || name === 'custom-shape') aside--;
    },
    text(text) {
      if (cell && aside === 0 && paragraphs > 0 && here()) cell.text += text;
    },
  };
}

function toRepeat(value: string | undefined): number {
  const count = Number(value ?? 1);
  return Number.isSafeInteger(count) && count > 0 ? count : 1;
}

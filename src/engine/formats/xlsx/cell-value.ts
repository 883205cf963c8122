// What a cell's XML says it holds, as the text an import reads.
import { excerpt } from '../formats-errors.js';
import { type GridCell, type GridProblem, type GridRow, toCellName } from '../grid/grid-row.js';
import type { NumberFormat } from '../grid/number-format.js';
import { findNumberText } from '../grid/number-text.js';
import { findSerialText } from '../grid/serial-date.js';
import { toPlainText } from './escaped-text.js';

export interface CellRules {
  readonly styles: readonly NumberFormat[];
  readonly dateSystem: 1900 | 1904;
  readonly sharedCount: number;
  readonly errors: 'problem' | 'null';
  readonly hiddenRows: 'read' | 'skip';
}

/** A cell as its tags are read, from its opening to its closing one. */
export interface RawCell {
  column: number;
  /** The attribute `t`: ECMA-376 part 1, 18.18.11. */
  type: string | undefined;
  /** The attribute `s`. */
  style: string | undefined;
  formula: boolean;
  /** A value of type `s` that is digits; `value` is then empty. */
  index: number | undefined;
  /** Undefined: there is no such element. */
  value: string | undefined;
  inline: string | undefined;
}

/** Puts the cell into its row; a cell that only has a style is none. */
export function setCell(row: GridRow, cell: RawCell, rules: CellRules): void {
  const value = toCell(row, cell, rules);
  if (value !== undefined) row.cells[cell.column] = value;
}

function toCell(row: GridRow, cell: RawCell, rules: CellRules): GridCell | undefined {
  const { type, index } = cell;
  if (index !== undefined && index < rules.sharedCount) return index;
  const value = index === undefined ? cell.value : String(index);
  if (type === 'inlineStr' && cell.inline !== undefined) return toPlainText(cell.inline);
  if (value === undefined || (value === '' && type !== 'str' && type !== 'inlineStr')) {
    if (cell.formula) problem(row, cell, 221, 'is a formula without a stored value', CALCULATE);
    return undefined;
  }
  switch (type) {
    case undefined:
    case 'n':
      return toNumber(row, cell, value, rules);
    case 's': {
      const number = Number(value);
      if (Number.isInteger(number) && number >= 0 && number < rules.sharedCount) return number;
      return problem(row, cell, 224, `names the shared text ${excerpt(value)}, which isn't there`, SAVE_ANEW);
    }
    case 'str':
      // A formula that shows nothing is a blank cell to whoever looks at it.
      return value === '' && cell.formula ? undefined : toPlainText(value);
    case 'inlineStr':
      return value === '' ? undefined : toPlainText(value);
    case 'b':
      if (value === '1' || value === 'true') return 'true';
      if (value === '0' || value === 'false') return 'false';
      return problem(row, cell, 224, `is no boolean: ${excerpt(value)}`, SAVE_ANEW);
    case 'd':
      return value.replace('T', ' ').replace(/Z$/, '');
    case 'e':
      if (rules.errors === 'null') return null;
      return problem(row, cell, 220, `holds the error ${excerpt(value)}`, MEND_ERROR);
    default:
      return problem(row, cell, 224, `has the unknown type ${excerpt(type)}`, SAVE_ANEW);
  }
}

function toNumber(row: GridRow, cell: RawCell, raw: string, rules: CellRules): GridCell | undefined {
  const format = cell.style === undefined ? undefined : rules.styles[Number(cell.style)];
  const text = findNumberText(raw);
  if (text === undefined) return problem(row, cell, 224, `is no number: ${excerpt(raw)}`, SAVE_ANEW);
  if (format === undefined || format.kind === 'number') return text;
  if (format.kind === 'padded') return /^\d+$/.test(text) ? text.padStart(format.digits, '0') : text;
  const date = findSerialText(Number(raw), format.kind, rules.dateSystem, format.fraction);
  if (date !== undefined) return date;
  return problem(
    row,
    cell,
    222,
    `is no date: number ${text} of the ${rules.dateSystem} date system`,
    MEND_DATE,
  );
}

const CALCULATE = 'Open the file in its program and save it, so that the results are stored with it.';
const SAVE_ANEW = 'Open the file in its program and save it anew.';
const MEND_ERROR = 'Mend the formula; or set errors to null to import such cells as NULL.';
const MEND_DATE = 'Mend the date, or give the cell a number format that shows a number.';

/** Up to a hundred of a row; more say nothing new. */
function problem(
  row: GridRow,
  cell: RawCell,
  number: GridProblem['number'],
  says: string,
  hint: string,
): undefined {
  const { column, value } = cell;
  row.problems ??= [];
  if (row.problems.length < 100)
    row.problems.push({
      number,
      column,
      hint,
      message: `Cell ${toCellName(column, row.line)} ${says}.`,
      ...(value === undefined ? {} : { value: excerpt(value) }),
    });
  return undefined;
}

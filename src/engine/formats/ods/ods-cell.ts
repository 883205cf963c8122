// What a cell of an OpenDocument spreadsheet holds: it says its type and value beside the text that is shown.
import { excerpt } from '../formats-errors.js';
import { type GridCell, type GridProblem, type GridRow, toCellName } from '../grid/grid-row.js';
import type { GridSettings } from '../grid/grid-settings.js';
import { findNumberText } from '../grid/number-text.js';

export interface OdsCell {
  readonly attributes: Readonly<Record<string, string>>;
  /** Its paragraphs. */
  text: string;
}

export function setOdsCell(row: GridRow, column: number, cell: OdsCell, settings: GridSettings): void {
  const value = toCell(row, column, cell, settings);
  if (value !== undefined) row.cells[column] = value;
}

function toCell(row: GridRow, column: number, cell: OdsCell, settings: GridSettings): GridCell | undefined {
  const { attributes, text } = cell;
  const wrong = (number: GridProblem['number'], says: string, hint: string): undefined => {
    row.problems ??= [];
    if (row.problems.length < 100)
      row.problems.push({
        number,
        column,
        hint,
        message: `Cell ${toCellName(column, row.line)} ${says}.`,
        ...(text === '' ? {} : { value: excerpt(text) }),
      });
    return undefined;
  };
  const type = attributes['office:value-type'];
  const error = attributes['calcext:value-type'] === 'error' || isErrorFormula(attributes, text);
  if (error) {
    if (settings.errors === 'null') return null;
    return wrong(
      220,
      `holds the error ${excerpt(text)}`,
      'Mend the formula; or set errors to null to import such cells as NULL.',
    );
  }
  switch (type) {
    case undefined:
      if (attributes['table:formula'] !== undefined && text === '')
        return wrong(
          221,
          'is a formula without a stored value',
          'Open the file in its program and save it, so that the results are stored with it.',
        );
      return text === '' ? undefined : text;
    case 'float':
    case 'percentage':
    case 'currency': {
      const raw = attributes['office:value'] ?? '';
      return findNumberText(raw) ?? wrong(224, `is no number: ${excerpt(raw)}`, SAVE_ANEW);
    }
    case 'boolean':
      return attributes['office:boolean-value'] === 'true' ? 'true' : 'false';
    case 'date':
      return (attributes['office:date-value'] ?? text)
        .replace('T', ' ')
        .replace(/(\.\d*?)0*Z?$/, '$1')
        .replace(/[.Z]$/, '');
    case 'time': {
      const raw = attributes['office:time-value'] ?? '';
      return findTimeText(raw) ?? wrong(222, `is no time: ${excerpt(raw)}`, SAVE_ANEW);
    }
    default: {
      const said = attributes['office:string-value'] ?? text;
      // A formula that shows nothing is a blank cell to whoever looks at it.
      return said === '' && attributes['table:formula'] !== undefined ? undefined : said;
    }
  }
}

const SAVE_ANEW = 'Open the file in its program and save it anew.';

/** Some programs have no word for an error but its text. */
function isErrorFormula(attributes: Readonly<Record<string, string>>, text: string): boolean {
  return (
    attributes['table:formula'] !== undefined &&
    /^(#(N\/A|REF!|VALUE!|DIV\/0!|NAME\?|NUM!|NULL!)|Err:\d+)$/.test(text)
  );
}

/** `PT18H05M00S` as `18:05:00`, a duration of more than a day as `49:30:00`. */
function findTimeText(raw: string): string | undefined {
  const found =
    /^(-?)P(?:(\d{1,6})D)?(?:T(?:(\d{1,8})H)?(?:(\d{1,9})M)?(?:(\d{1,9})(?:[.,](\d+))?S)?)?$/.exec(raw);
  if (!found) return undefined;
  const [, sign, days = '0', hours = '0', minutes = '0', seconds = '0', part = ''] = found;
  const total = ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds);
  const two = (n: number) => String(n).padStart(2, '0');
  const fraction = part.slice(0, 6).replace(/0+$/, '');
  const clock = `${two(Math.floor(total / 3600))}:${two(Math.floor(total / 60) % 60)}:${two(total % 60)}`;
  return `${sign}${clock}${fraction === '' ? '' : `.${fraction}`}`;
}

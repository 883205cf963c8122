// What a workbook does for whoever fills it: values to choose from, limits, and a word about the column under the cursor.
// Data validations, ECMA-376 part 1, 18.3.1.32.
import { toCellName } from '../grid/grid-row.js';
import type { ColumnGuide, FurtherTable, ValueType } from '../table-format.js';
import { toAttribute } from './xlsx-parts.js';

/** The sheet that the lists to choose from refer to. */
export const ALLOWED_SHEET = 'Allowed values';
/** Excel takes no more for the text of a message, and for its title. */
const MOST_SAID = 255;
const MOST_TITLE = 32;
/** More than somebody fills by hand. Some programs take a range cell by cell: to the last row of a sheet they never get. */
const GUIDED_ROWS = 10_000;

/** The element with one validation for each column, for the rows from `from` on; '' without columns. */
export function toValidationsXml(
  columns: readonly ColumnGuide[],
  types: readonly ValueType[],
  from: number,
): string {
  if (columns.length === 0) return '';
  let list = 0;
  const each = columns.map((guide, i) => {
    const letter = letterOf(i);
    const place = guide.values ? letterOf(list++) : undefined;
    const { type, formulas, attributes } = toRule(guide, types[i] ?? 'text', place);
    return (
      `<dataValidation${type === undefined ? '' : ` type="${type}"`}${attributes} allowBlank="1" showInputMessage="1" showErrorMessage="1"` +
      ` promptTitle="${said(guide.required ? 'Required' : 'Optional', MOST_TITLE)}" prompt="${said(guide.says, MOST_SAID)}"` +
      ` sqref="${letter}${from}:${letter}${from + GUIDED_ROWS - 1}">${formulas}</dataValidation>`
    );
  });
  return `<dataValidations count="${each.length}">${each.join('')}</dataValidations>`;
}

/** A column for each list; undefined if no column has one. */
export function toAllowedTable(
  guides: readonly ColumnGuide[],
  columns: readonly string[],
  types: readonly ValueType[],
): FurtherTable | undefined {
  const listed = guides.flatMap(({ values }, i) => (values ? [{ values: values.list, i }] : []));
  if (listed.length === 0) return undefined;
  const most = Math.max(...listed.map(({ values }) => values.length));
  return {
    name: ALLOWED_SHEET,
    columns: listed.map(({ i }) => columns[i]!),
    types: listed.map(({ i }) => types[i] ?? 'text'),
    rows: Array.from({ length: most }, (_, row) => listed.map(({ values }) => values[row] ?? null)),
  };
}

function toRule(guide: ColumnGuide, type: ValueType, place: string | undefined) {
  if (guide.values && place !== undefined) {
    const last = Math.max(2, guide.values.list.length + 1);
    return {
      type: 'list',
      attributes: guide.values.closed
        ? refusal('stop', 'Choose one of the values in the list.')
        : refusal('warning', 'It is not in the list, which was made with this file. Use it all the same?'),
      formulas: `<formula1>'${ALLOWED_SHEET}'!$${place}$2:$${place}$${last}</formula1>`,
    };
  }
  if (guide.range) {
    const { least, most } = guide.range;
    return {
      type: 'whole',
      attributes: refusal('stop', `A whole number from ${least} to ${most}.`),
      formulas: `<formula1>${least}</formula1><formula2>${most}</formula2>`,
    };
  }
  if (guide.length !== undefined && type === 'text') {
    return {
      type: 'textLength',
      attributes: `${refusal('stop', `At most ${guide.length} characters.`)} operator="lessThanOrEqual"`,
      formulas: `<formula1>${guide.length}</formula1>`,
    };
  }
  return { type: undefined, attributes: '', formulas: '' };
}

const refusal = (style: 'stop' | 'warning', says: string): string =>
  ` errorStyle="${style}" errorTitle="Not allowed" error="${said(says, MOST_SAID)}"`;

function said(text: string, most: number): string {
  const cut = text.length > most ? `${text.slice(0, most - 1).replace(/[\ud800-\udbff]$/, '')}…` : text;
  return toAttribute(cut).replaceAll('\n', '&#10;');
}

const letterOf = (column: number): string => toCellName(column, 1).slice(0, -1);

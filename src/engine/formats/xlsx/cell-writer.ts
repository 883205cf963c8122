// One value as a cell of a worksheet: as the type it has in the database where a spreadsheet can hold it without losing anything,
// as text where it can't. A text is never a formula here, whatever it begins with.
import { formatsError } from '../formats-errors.js';
import { findSerial } from '../grid/serial-date.js';
import type { ValueType } from '../table-format.js';
import { toXmlText } from './escaped-text.js';
import { Style, type StyleIndex } from './xlsx-parts.js';

/** Characters (UTF-16) a cell may have in Excel. */
export const MAX_CELL_CHARACTERS = 32_767;

/** The style of a column's cells: of the empty ones too, so that what somebody types there is taken as what it is to be. */
export function columnStyle(type: ValueType): StyleIndex {
  if (type === 'text' || type === 'json' || type === 'bytes') return Style.text;
  if (type === 'date') return Style.date;
  if (type === 'timestamp' || type === 'timestamptz') return Style.timestamp;
  return type === 'time' ? Style.time : Style.general;
}

/** `at` is the cell's name, `B7`. Throws FORMATS-320 for a text too long. */
export function toCellXml(at: string, text: string, type: ValueType, column: string): string {
  switch (type) {
    case 'int2':
    case 'int4':
      if (/^-?\d{1,15}$/.test(text)) return `<c r="${at}"><v>${text}</v></c>`;
      break;
    case 'int8':
    case 'numeric':
    case 'float4':
    case 'float8':
      if (isNumber(text)) return `<c r="${at}"><v>${text}</v></c>`;
      break;
    case 'boolean':
      if (text === 't' || text === 'true') return `<c r="${at}" t="b"><v>1</v></c>`;
      if (text === 'f' || text === 'false') return `<c r="${at}" t="b"><v>0</v></c>`;
      break;
    case 'date':
    case 'time':
    case 'timestamp':
    case 'timestamptz': {
      const xml = findDateXml(at, text, type);
      if (xml !== undefined) return xml;
      break;
    }
  }
  return toTextCellXml(at, text, Style.text, column);
}

export function toTextCellXml(at: string, text: string, style: StyleIndex, column: string): string {
  if (text.length > MAX_CELL_CHARACTERS) {
    throw formatsError(320, {
      detail: `A value of the column ${column} has ${text.length} characters; a cell of a workbook holds ${MAX_CELL_CHARACTERS} (it would be ${at}).`,
      hint: 'Export without this column (--fields), or to CSV, JSON or Parquet.',
    });
  }
  const space = /^\s|\s$|\n/.test(text) ? ' xml:space="preserve"' : '';
  return `<c r="${at}" s="${style}" t="inlineStr"><is><t${space}>${toXmlText(text)}</t></is></c>`;
}

/** A spreadsheet keeps 15 digits, and numbers of about 300 places. */
function isNumber(text: string): boolean {
  const found = /^-?(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(text);
  if (!found || text === '-0') return false;
  const digits = `${found[1]}${found[2] ?? ''}`.replace(/^0+/, '');
  // Zeros at the end of a whole number are digits too, those behind a point are none.
  const significant = found[2] === undefined ? digits : digits.replace(/0+$/, '');
  return significant.length <= 15 && digits.length < 300 && Math.abs(Number(found[3] ?? 0)) < 290;
}

/** Excel knows no zones: a moment is given in UTC, as the database's session writes and reads it. */
function findDateXml(at: string, text: string, type: 'date' | 'time' | 'timestamp' | 'timestamptz') {
  const moment = type === 'timestamptz';
  if (moment && !text.endsWith('+00')) return undefined;
  const plain = moment ? text.slice(0, -3) : text;
  const serial = findSerial(plain, moment ? 'timestamp' : type);
  if (serial === undefined) return undefined;
  const fraction = plain.includes('.');
  const style =
    type === 'date'
      ? Style.date
      : type === 'time'
        ? fraction
          ? Style.timeFraction
          : Style.time
        : fraction
          ? Style.timestampFraction
          : Style.timestamp;
  return `<c r="${at}" s="${style}"><v>${serial}</v></c>`;
}

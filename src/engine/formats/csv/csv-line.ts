// One row as a line of delimited text: quotes only where needed, so that exactly the same cells come back.
import { readFlag, readText } from '../option-reading.js';
import type { FormatOptions } from '../table-format.js';
import { toDialect } from './csv-dialect.js';

/** A text; null: an explicit NULL; undefined: nothing between the delimiters. */
export type LineCell = string | null | undefined;

/** Makes the function that writes a row, its end included. `lineEnd` is the line end itself. Throws FORMATS-108. */
export function createLineWriter(
  options: FormatOptions,
  lineEnd: string,
): (row: readonly LineCell[]) => string {
  const dialect = toDialect({
    delimiter: options['delimiter'] ?? ',',
    quote: options['quote'] || '"',
    escape: options['escape'] ?? '',
    comment: options['comment'] ?? '',
    rowEnd: options['rowEnd'] ?? '',
  });
  const delimiter = dialect.delimiter.toString();
  const quote = String.fromCharCode(dialect.quote);
  const backslash = dialect.escape < 0 ? '' : String.fromCharCode(dialect.escape);
  const nullText = readText(options, 'nullSpelling', '');
  const formulaSafe = readFlag(options, 'formulaSafe', false);
  const quoteAll = readFlag(options, 'quoteAll', false);
  const rowEnd = dialect.rowEnd.toString() + lineEnd;
  const signs = [
    quote,
    delimiter[0]!,
    backslash,
    String.fromCharCode(Math.max(32, dialect.comment)).trim(),
    rowEnd[0]!,
  ];
  // Besides what has a meaning: blanks at an end, which some readers cut off, and a backslash, which some take as escape.
  const risky = new RegExp(
    `[\\r\\n\\\\${signs.map((sign) => escapeForClass(sign)).join('')}]|^\\s|\\s$|^\\ufeff`,
  );

  function cell(value: LineCell): string {
    if (value === undefined) return '';
    if (value === null) return nullText;
    const text = formulaSafe ? defuse(value) : value;
    if (text !== '' && !quoteAll && text !== nullText && !risky.test(text)) return text;
    let inside = text;
    if (backslash !== '') inside = inside.replaceAll(backslash, backslash + backslash);
    if (inside.includes(quote)) inside = inside.replaceAll(quote, (backslash || quote) + quote);
    return quote + inside + quote;
  }

  return (row) => {
    let text = '';
    for (let i = 0; i < row.length; i++) text += i === 0 ? cell(row[i]) : delimiter + cell(row[i]);
    // A lone blank cell would be a blank line, which readers pass over; an empty cell beyond the header says nothing.
    return (text === '' ? delimiter : text) + rowEnd;
  };
}

/** An apostrophe before what a spreadsheet would run as a formula; plain numbers stay as they are. */
export function defuse(text: string): string {
  if (!/^[=+\-@\t\r]/.test(text)) return text;
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? text : `'${text}`;
}

function escapeForClass(text: string): string {
  return text.replace(/[\\\]^-]/g, '\\$&');
}

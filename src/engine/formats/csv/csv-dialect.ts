// The dialect of a delimited file: the user's settings, checked once and laid out as the lexer needs them.
import { formatsError } from '../formats-errors.js';
import { findTexts, readChoice, readCount, readFlag, readText } from '../option-reading.js';
import { MAX_COLUMNS } from '../row-limits.js';
import type { FormatOptions } from '../table-format.js';

/** What a byte can begin, outside of quotes. */
export const Mark = { none: 0, delimiter: 1, lf: 2, cr: 3, escape: 4, rowEnd: 5 } as const;
/** What a byte can be inside of quotes. */
export const Inside = { none: 0, quote: 1, lf: 2, cr: 3, escape: 4 } as const;

export interface CsvDialect {
  readonly encoding: string | undefined;
  readonly delimiter: Buffer;
  /** Byte of the quote, -1 if there is none. */
  readonly quote: number;
  /** Byte of an escape other than the doubled quote, -1 if there is none. */
  readonly escape: number;
  /** Byte that begins a comment line, -1 if there is none. */
  readonly comment: number;
  /** Text that ends a row instead of a line end; empty if line ends do. */
  readonly rowEnd: Buffer;
  /** `Mark` of every byte. */
  readonly marks: Uint8Array;
  /** `Inside` of every byte. */
  readonly inside: Uint8Array;
  /** Lines to pass over before anything else. */
  readonly skipLines: number;
  readonly header: boolean;
  /** Names that replace those of the header. */
  readonly columns: readonly string[] | undefined;
  readonly nullSpellings: readonly Buffer[];
  readonly quotedEmpty: 'text' | 'empty';
  readonly ragged: 'problem' | 'pad' | 'join';
  readonly trim: boolean;
  readonly repeatedHeader: 'drop' | 'keep';
  /** Rows at the end that are no records. */
  readonly skipFooter: number;
}

/** Checks the settings and lays them out. Throws FORMATS-108 naming the setting that can't be used. */
export function toDialect(options: FormatOptions): CsvDialect {
  const delimiter = Buffer.from(readText(options, 'delimiter', ','));
  const quote = readByte(options, 'quote', '"');
  const escapeByte = readByte(options, 'escape', '');
  const escapeSign = escapeByte === quote ? -1 : escapeByte;
  const comment = readByte(options, 'comment', '');
  const rowEnd = Buffer.from(readText(options, 'rowEnd', ''));
  checkSigns(delimiter, quote, escapeSign, comment, rowEnd);
  const marks = new Uint8Array(256);
  marks[10] = Mark.lf;
  marks[13] = Mark.cr;
  if (escapeSign >= 0) marks[escapeSign] = Mark.escape;
  if (rowEnd.length > 0) marks[rowEnd[0]!] = Mark.rowEnd;
  marks[delimiter[0]!] = Mark.delimiter;
  const inside = new Uint8Array(256);
  inside[10] = Inside.lf;
  inside[13] = Inside.cr;
  if (escapeSign >= 0) inside[escapeSign] = Inside.escape;
  if (quote >= 0) inside[quote] = Inside.quote;
  const columns = findTexts(options, 'columns');
  if (columns && columns.length > MAX_COLUMNS) throw tooManyColumns(columns.length, 1);
  const { header, skipLines } = readHeaderSetting(options);
  return {
    encoding: options['encoding'] === undefined ? undefined : readText(options, 'encoding', 'utf-8'),
    delimiter,
    quote,
    escape: escapeSign,
    comment,
    rowEnd,
    marks,
    inside,
    skipLines,
    header,
    columns,
    nullSpellings: (findTexts(options, 'nullSpellings') ?? findTexts(options, 'nullSpelling') ?? [])
      .filter((text) => text !== '')
      .map((text) => Buffer.from(text)),
    quotedEmpty: readChoice(options, 'quotedEmpty', ['text', 'empty'], 'text'),
    ragged: readChoice(options, 'ragged', ['problem', 'pad', 'join'], 'problem'),
    trim: readFlag(options, 'trim', false),
    repeatedHeader: readChoice(options, 'repeatedHeader', ['drop', 'keep'], 'drop'),
    skipFooter: readCount(options, 'skipFooter', 0),
  };
}

export function tooManyColumns(count: number, line: number) {
  return formatsError(110, {
    detail: `Line ${line} has ${count} columns; the limit is ${MAX_COLUMNS}.`,
    hint: 'Is the delimiter right?',
    pointer: { line },
  });
}

function readHeaderSetting(options: FormatOptions): { header: boolean; skipLines: number } {
  const skipLines = readCount(options, 'skipLines', 0);
  const value = options['header'];
  const isNumber = typeof value === 'number' || (typeof value === 'string' && /^\d+$/.test(value));
  if (!isNumber) return { header: readFlag(options, 'header', true), skipLines };
  const line = readCount(options, 'header', 1);
  return line === 0 ? { header: false, skipLines } : { header: true, skipLines: line - 1 };
}

function readByte(options: FormatOptions, name: string, fallback: string): number {
  const text = readText(options, name, fallback);
  if (text === '') return -1;
  const code = text.charCodeAt(0);
  if (text.length === 1 && code < 128 && code !== 10 && code !== 13 && code !== 0) return code;
  throw formatsError(108, {
    detail: `The setting ${name} is ${JSON.stringify(text)}.`,
    hint: `${name} takes one ASCII character, or an empty text for none.`,
  });
}

function checkSigns(
  delimiter: Buffer,
  quote: number,
  escapeSign: number,
  comment: number,
  rowEnd: Buffer,
): void {
  const detail = (() => {
    if (delimiter.length === 0) return 'The delimiter is empty.';
    if (delimiter.length > 32) return 'The delimiter is longer than 32 bytes.';
    if (delimiter.some((byte) => byte === 10 || byte === 13 || byte === 0)) {
      return 'The delimiter holds a line end or a NUL.';
    }
    if (delimiter[0] === quote) return 'Delimiter and quote begin with the same character.';
    if (delimiter[0] === escapeSign) return 'Delimiter and escape begin with the same character.';
    if (delimiter[0] === comment) return 'Delimiter and comment begin with the same character.';
    if (quote >= 0 && quote === comment) return 'Quote and comment are the same character.';
    if (
      rowEnd.length > 0 &&
      (rowEnd[0] === delimiter[0] || rowEnd[0] === quote || rowEnd[0] === escapeSign)
    ) {
      return 'The row end begins with the character of another sign.';
    }
    return undefined;
  })();
  if (detail !== undefined) {
    throw formatsError(108, { detail, hint: 'Choose signs that differ in their first character.' });
  }
}

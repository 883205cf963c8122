// What dialect a delimited file is written in, guessed from its beginning and explained in words.
import { decodeSample } from '../encoding/decoded-sample.js';
import { countFooterRows } from '../footer-rows.js';
import { readCount } from '../option-reading.js';
import type { Detection, FormatOptions } from '../table-format.js';
import { toColumnNames } from './csv-header.js';
import { guessHeader } from './csv-header-guess.js';
import { PROBE_ROWS, type ProbeRow, probeRows, type Shape } from './csv-probe.js';
import { guessSigns } from './csv-signs-guess.js';
import { probeTail, toTexts } from './csv-tail.js';

/** The dialect of the sample. `given` wins over every guess. Throws FORMATS-103, 104, 108. */
export function detectCsv(
  sample: Uint8Array,
  about: { name?: string; whole: boolean; given: FormatOptions },
): Detection | undefined {
  const { whole, given } = about;
  const { text, encoding, says, guess } = decodeSample(sample, whole, given['encoding']);
  const shape = guessSigns(text, whole, given);
  let rows = probeRows(text, whole, shape.options, Math.max(...shape.widths, 1));
  const trim = given['trim'] ?? isPadded(rows);
  if (trim) rows = probeRows(text, whole, { ...shape.options, trim: true }, shape.width);
  const footer = guessFooter(text, whole, { ...shape.options, trim }, shape, given);
  const body = footer > 0 && rows.length < PROBE_ROWS ? rows.slice(0, -footer) : rows;
  const top = guessTop(body, shape, given);
  const table = body.filter((row) => row.line > top.skipLines);
  const nulls = given['nullSpellings'] ?? given['nullSpelling'] ?? (holdsBackslashN(table) ? ['\\N'] : []);
  const quotedEmpty = given['quotedEmpty'] ?? (quotesEverything(table) ? 'empty' : 'text');
  const columns = given['columns'] ?? findColumns(table, top.header, shape.width);
  const options: FormatOptions = {
    encoding,
    delimiter: ',',
    quote: '"',
    escape: '',
    comment: '',
    rowEnd: '',
    ...shape.options,
    trim,
    header: top.header,
    skipLines: top.skipLines,
    nullSpellings: nulls,
    quotedEmpty,
    ragged: given['ragged'] ?? 'problem',
    ...(given['repeatedHeader'] == null ? {} : { repeatedHeader: given['repeatedHeader'] }),
    ...(footer === 0 ? {} : { skipFooter: footer }),
    ...(columns === undefined ? {} : { columns }),
  };
  return {
    format: 'csv',
    confidence: toConfidence(shape, about.name),
    options,
    encoding: guess,
    header: { present: top.header, line: top.skipLines + 1, confidence: top.confidence },
    says: [
      ...(shape.width > 1 || given['delimiter'] != null
        ? [`delimiter ${show(String(options['delimiter']))}`]
        : ['a single column, no delimiter found']),
      ...(options['rowEnd'] === '' ? [] : [`rows end with ${show(String(options['rowEnd']))}`]),
      options['quote'] === '' ? 'no quote' : `quote ${options['quote']}`,
      ...(options['escape'] === '' ? [] : [`${options['escape']} escapes`]),
      ...(options['comment'] === '' ? [] : [`lines that begin with ${options['comment']} are comments`]),
      says,
      ...top.says,
      ...(table.length > 0 && top.header && given['columns'] == null
        ? sayNames(table[0]!, columns !== undefined)
        : []),
      ...(footer === 0 ? [] : [sayFooter(footer)]),
      ...(trim && given['trim'] == null ? ['cells are padded with blanks, which are cut off'] : []),
      ...(holdsBackslashN(table) && given['nullSpellings'] == null ? ['\\N is NULL'] : []),
      ...(quotedEmpty === 'empty' ? ['every cell is quoted, so a quoted blank is an empty cell'] : []),
      ...(shape.consistency < 0.9 && shape.rows > 1
        ? [
            `only ${Math.round(shape.consistency * 100)}% of the first ${shape.rows} rows have ${shape.width} cells`,
          ]
        : []),
    ],
  };
}

/** In plain words, for a footer of so many rows. */
export function sayFooter(rows: number): string {
  return rows === 1 ? 'the last row is a footer' : `the last ${rows} rows are a footer`;
}

/** Only where the sample ends with the source; for longer ones `findCsvFooter` looks at the end. */
function guessFooter(
  text: Buffer,
  whole: boolean,
  options: FormatOptions,
  shape: Shape,
  given: FormatOptions,
): number {
  if (given['skipFooter'] != null) return readCount(given, 'skipFooter', 0);
  if (!whole || shape.rows < 3) return 0;
  return countFooterRows(toTexts(probeTail(text, options, shape.width)), shape.width);
}

function guessTop(rows: readonly ProbeRow[], shape: Shape, given: FormatOptions) {
  const guess = guessHeader(rows, shape.width);
  const skip = given['skipLines'] == null ? undefined : Number(given['skipLines']);
  const header = given['header'];
  if (typeof header === 'number' || /^\d+$/.test(String(header ?? ''))) {
    const line = Number(header);
    return {
      header: line > 0,
      skipLines: Math.max(0, line - 1),
      says: [`header in line ${line} as set`],
      confidence: 1,
    };
  }
  if (header != null) {
    const is = header === true || ['true', 'yes', '1'].includes(String(header));
    return {
      header: is,
      skipLines: skip ?? 0,
      says: [is ? 'with header as set' : 'no header as set'],
      confidence: 1,
    };
  }
  if (skip === undefined) return guess;
  const below = guessHeader(
    rows.filter((row) => row.line > skip),
    shape.width,
  );
  return { ...below, skipLines: Math.max(skip, below.skipLines) };
}

/** Names to be fixed now: those of a table without header, and of a header that ends in empty names over filled cells. */
function findColumns(
  table: readonly ProbeRow[],
  header: boolean,
  width: number,
): readonly string[] | undefined {
  if (table.length === 0) return undefined;
  if (!header) return toColumnNames(Array.from({ length: width }, () => ''));
  const names = table[0]!.cells.map(({ text }) => text);
  if (names.at(-1)?.trim() !== '' || table[0]!.width > names.length) return undefined;
  let named = names.length;
  while (named > 0 && names[named - 1]!.trim() === '') named--;
  const filled = table
    .slice(1)
    .some((row) => row.cells.slice(named, names.length).some(({ text }) => text !== ''));
  return filled ? toColumnNames(names) : undefined;
}

function sayNames(header: ProbeRow, fixed: boolean): string[] {
  const all = header.cells.map(({ text }) => text.trim());
  const raw = fixed ? all : all.slice(0, all.findLastIndex((name) => name !== '') + 1);
  const names = toColumnNames(raw);
  const made = names.filter((name, i) => name !== raw[i]);
  return made.length === 0 ? [] : [`repeated or empty column names became ${made.slice(0, 5).join(', ')}`];
}

function quotesEverything(table: readonly ProbeRow[]): boolean {
  const cells = table.flatMap((row) => row.cells);
  return (
    cells.length > 0 &&
    cells.every((cell) => cell.quoted || cell.text === '') &&
    cells.some((cell) => cell.quoted)
  );
}

function holdsBackslashN(table: readonly ProbeRow[]): boolean {
  return table.some((row) => row.cells.some((cell) => cell.text === '\\N' && !cell.quoted));
}

/** Blanks before a quote, or most cells of the header and of the rows filled up with blanks. */
function isPadded(rows: readonly ProbeRow[]): boolean {
  const cells = rows.flatMap((row) => row.cells).filter((cell) => !cell.quoted);
  if (cells.some(({ text }) => /^[ \t]+"[^"]*"?[ \t]*$/.test(text))) return true;
  const padded = (list: readonly { text: string }[]) => list.filter(({ text }) => / {2,}$/.test(text)).length;
  const header = rows[0]?.cells ?? [];
  return header.length > 1 && padded(header) * 2 > header.length && padded(cells) * 2 > cells.length;
}

function toConfidence(shape: Shape, name: string | undefined): number {
  const known = /\.(csv|tsv|tab|psv|txt|dat)(\.gz)?$/i.test(name ?? '') ? 0.1 : 0;
  if (shape.width < 2) return 0.3 + known;
  return Math.min(0.9, 0.4 + 0.4 * Math.max(0, shape.consistency - shape.broken) + known);
}

function show(sign: string): string {
  return sign === '\t' ? 'tab' : `'${sign}'`;
}

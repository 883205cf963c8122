// Delimited text as a format: CSV, TSV and everything alike.
import { markFooter } from '../footer-rows.js';
import { readCount } from '../option-reading.js';
import type { OptionDescription, TableFormat } from '../table-format.js';
import { detectCsv } from './csv-detection.js';
import { readCsv } from './csv-reader.js';
import { createCsvWriter } from './csv-writer.js';

const OPTIONS: readonly OptionDescription[] = [
  {
    name: 'encoding',
    meaning:
      'Character encoding: utf-8, utf-16le, windows-1252, shift_jis … Writing: what it has no sign for is an error',
    default: 'detected; writing: utf-8',
  },
  { name: 'delimiter', meaning: 'What separates cells; one or several characters', default: ',' },
  {
    name: 'quote',
    meaning: 'What surrounds cells that hold delimiters or line ends; empty for none',
    default: '"',
  },
  {
    name: 'escape',
    meaning: 'What escapes a quote besides doubling it, e.g. \\; empty for none',
    default: '',
  },
  {
    name: 'header',
    meaning: 'Whether names stand in the first row, or the number of the line they stand in',
    default: 'true',
  },
  {
    name: 'columns',
    meaning: 'Names of the columns; they replace those of a header',
    default: 'column1, column2 …',
  },
  {
    name: 'nullSpellings',
    meaning: 'What an unquoted cell holds that means NULL, e.g. NULL or \\N',
    default: 'none',
  },
  {
    name: 'quotedEmpty',
    meaning: 'What "" means: an empty text, or an empty cell',
    values: ['text', 'empty'],
    default: 'text',
  },
  { name: 'comment', meaning: 'What a line begins with that is a comment; empty for none', default: '' },
  {
    name: 'ragged',
    meaning:
      'A row with too few cells is a problem, is padded with empty cells, or goes on in the next line (unquoted line breaks; needs columns or a header)',
    values: ['problem', 'pad', 'join'],
    default: 'problem',
  },
  { name: 'skipLines', meaning: 'Lines to pass over at the top', default: '0' },
  {
    name: 'skipFooter',
    meaning: 'Rows at the end that are no records: totals, counts; each is a warning',
    default: 'detected, else 0',
  },
  {
    name: 'repeatedHeader',
    meaning: 'A row that is the header again is passed over with a warning, or kept',
    values: ['drop', 'keep'],
    default: 'drop',
  },
  {
    name: 'trim',
    meaning: 'Cut blanks and tabs around unquoted cells',
    values: ['true', 'false'],
    default: 'false',
  },
  { name: 'rowEnd', meaning: 'What ends a row instead of a line end', default: '' },
  { name: 'lineEnd', meaning: 'Writing: the line end', values: ['lf', 'crlf', 'cr'], default: 'lf' },
  {
    name: 'bom',
    meaning: 'Writing: begin with a byte-order mark, as Excel likes it',
    values: ['true', 'false'],
    default: 'false; true for utf-16 and utf-32',
  },
  {
    name: 'quoteAll',
    meaning: 'Writing: put every cell but NULL in quotes',
    values: ['true', 'false'],
    default: 'false',
  },
  {
    name: 'formulaSafe',
    meaning: 'Writing: put an apostrophe before what a spreadsheet would run as a formula',
    values: ['true', 'false'],
    default: 'false',
  },
];

export const csvFormat: TableFormat = {
  name: 'csv',
  label: 'CSV, TSV and other delimited text',
  extensions: ['csv', 'tsv', 'tab', 'psv', 'txt'],
  mediaTypes: ['text/csv', 'text/tab-separated-values'],
  describeOptions: OPTIONS,
  detect: detectCsv,
  read(request) {
    const footer = readCount(request.options, 'skipFooter', 0);
    return footer === 0 ? readCsv(request) : markFooter(readCsv(request), footer);
  },
  createWriter: createCsvWriter,
};

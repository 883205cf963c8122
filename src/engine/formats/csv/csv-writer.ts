// Writing a delimited file: NULL as nothing, the empty string as "", so that both come back.
import { readChoice, readFlag } from '../option-reading.js';
import type { TableWriter, WriteRequest } from '../table-format.js';
import { createLineWriter } from './csv-line.js';

const LINE_ENDS = { lf: '\n', crlf: '\r\n', cr: '\r' } as const;

/**
 * Options: delimiter (`,`), quote (`"`), escape (none), header (true), lineEnd (lf), bom (false), nullSpelling (nothing),
 * formulaSafe (false), quoteAll (false). Throws FORMATS-108 for a setting that can't be used.
 */
export function createCsvWriter({ options, columns }: WriteRequest): TableWriter {
  const lineEnd = LINE_ENDS[readChoice(options, 'lineEnd', ['lf', 'crlf', 'cr'], 'lf')];
  const line = createLineWriter(options, lineEnd);
  // Names are never formulas: an apostrophe before one would make it another name.
  const plainLine = createLineWriter({ ...options, formulaSafe: false }, lineEnd);
  const header = readFlag(options, 'header', true);
  const mark = readFlag(options, 'bom', false) ? '\ufeff' : '';
  return {
    begin: () => mark + (header ? plainLine(columns) : ''),
    rows(rows) {
      let text = '';
      for (const row of rows) text += line(row);
      return text;
    },
    end: () => '',
  };
}

// Writing a delimited file: NULL as nothing, the empty string as "", so that both come back.
import { encodingOf } from '../encoding/encoded-text.js';
import { readChoice, readFlag, readText } from '../option-reading.js';
import type { TableWriter, WriteRequest } from '../table-format.js';
import { createLineWriter } from './csv-line.js';

const LINE_ENDS = { lf: '\n', crlf: '\r\n', cr: '\r' } as const;

/**
 * Options: delimiter (`,`), quote (`"`), escape (none), header (true), lineEnd (lf), bom (false; true for UTF-16 and UTF-32,
 * which few readers know without), encoding (UTF-8), nullSpelling (nothing), formulaSafe (false), quoteAll (false). Throws
 * FORMATS-108 for a setting that can't be used, 104 for an encoding that isn't known; while writing 333.
 */
export function createCsvWriter({ options, columns }: WriteRequest): TableWriter {
  const lineEnd = LINE_ENDS[readChoice(options, 'lineEnd', ['lf', 'crlf', 'cr'], 'lf')];
  const line = createLineWriter(options, lineEnd);
  // Names are never formulas: an apostrophe before one would make it another name.
  const plainLine = createLineWriter({ ...options, formulaSafe: false }, lineEnd);
  const header = readFlag(options, 'header', true);
  const { encoding, wide } = readEncoding(readText(options, 'encoding', 'utf-8'));
  const encode = encodingOf(encoding);
  const mark = readFlag(options, 'bom', wide) ? '\ufeff' : '';
  return {
    begin: () => encode(mark + (header ? plainLine(columns) : '')),
    rows(rows) {
      let text = '';
      for (const row of rows) text += line(row);
      return encode(text);
    },
    end: () => '',
  };
}

/** The names without a byte order mean the one that nearly all files have. */
function readEncoding(name: string): { readonly encoding: string; readonly wide: boolean } {
  const [, bits, order] = /^utf-?(16|32)(le|be)?$/i.exec(name.trim()) ?? [];
  return bits === undefined
    ? { encoding: name, wide: false }
    : { encoding: `utf-${bits}${order ?? 'le'}`, wide: true };
}

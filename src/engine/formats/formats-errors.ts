// Every error of this room: 1xx are about a whole source, 2xx about one of its rows, 3xx about writing.
import { errorRegister } from '../../foundation/errors/dovetail-error.js';

export const FORMATS_ERRORS = {
  101: { title: 'Source cannot be opened', consequence: 'stop' },
  102: { title: 'Not a table of text', consequence: 'stop' },
  103: { title: 'Binary data', consequence: 'stop' },
  104: { title: 'Unknown character encoding', consequence: 'ask' },
  105: { title: 'Damaged text', consequence: 'stop' },
  106: { title: 'Damaged compression', consequence: 'stop' },
  107: { title: 'Expands too far', consequence: 'stop' },
  108: { title: 'Setting not usable', consequence: 'ask' },
  109: { title: 'Row too long', consequence: 'stop' },
  110: { title: 'Too many columns', consequence: 'stop' },
  111: { title: 'Format not recognised', consequence: 'ask' },
  112: { title: 'Broken JSON', consequence: 'stop' },
  113: { title: 'No records found', consequence: 'ask' },
  114: { title: 'Unreadable header', consequence: 'ask' },
  120: { title: 'Damaged ZIP container', consequence: 'stop' },
  121: { title: 'Encrypted file', consequence: 'stop' },
  122: { title: 'Too much for a container', consequence: 'stop' },
  123: { title: 'Not a workbook that can be read', consequence: 'stop' },
  124: { title: 'Broken XML in a container', consequence: 'stop' },
  125: { title: 'Sheet not found', consequence: 'ask' },
  126: { title: 'File in an archive not found', consequence: 'ask' },
  131: { title: 'Broken XML', consequence: 'stop' },
  132: { title: 'Record path leads nowhere', consequence: 'ask' },
  133: { title: 'Document nested too deep', consequence: 'stop' },
  134: { title: 'Broken Parquet', consequence: 'stop' },
  135: { title: 'Parquet not readable', consequence: 'stop' },
  201: { title: 'Too few cells', consequence: 'skip' },
  202: { title: 'Too many cells', consequence: 'skip' },
  203: { title: 'Text after a closing quote', consequence: 'skip' },
  204: { title: 'Quote never closed', consequence: 'skip' },
  205: { title: 'Invalid bytes for the encoding', consequence: 'skip' },
  206: { title: 'NUL character', consequence: 'skip' },
  207: { title: 'Cell too long', consequence: 'skip' },
  208: { title: 'Stray quote after a broken row', consequence: 'skip' },
  211: { title: 'Broken JSON record', consequence: 'skip' },
  212: { title: 'Record is not an object', consequence: 'skip' },
  213: { title: 'Nested too deep', consequence: 'skip' },
  220: { title: 'Error value in a cell', consequence: 'skip' },
  221: { title: 'Formula without a value', consequence: 'skip' },
  222: { title: 'Impossible date', consequence: 'skip' },
  223: { title: 'Cell beyond the columns', consequence: 'skip' },
  224: { title: 'Unreadable cell', consequence: 'skip' },
  231: { title: 'Not allowed in XML', consequence: 'skip' },
  232: { title: 'Entity not known', consequence: 'skip' },
  240: { title: 'Repeated header', consequence: 'skip' },
  241: { title: 'Footer', consequence: 'skip' },
  301: { title: 'Column not writable', consequence: 'stop' },
  320: { title: 'Cell too long for a spreadsheet', consequence: 'stop' },
  321: { title: 'Too much for a spreadsheet', consequence: 'stop' },
  322: { title: 'Format only for reading', consequence: 'ask' },
  331: { title: 'Text that XML cannot hold', consequence: 'stop' },
  332: { title: 'Value that Parquet cannot hold', consequence: 'stop' },
  333: { title: 'Text that the encoding cannot hold', consequence: 'stop' },
} as const;

export const formatsError = errorRegister('FORMATS', FORMATS_ERRORS);

/** The code of a row problem, as it stands in `RowProblem.code`. */
export function problemCode(number: keyof typeof FORMATS_ERRORS): string {
  return `FORMATS-${number}`;
}

/** A piece of the source for a message: control characters made visible, cut after `length` characters (default 60). */
export function excerpt(text: string, length = 60): string {
  const visible = text.slice(0, length + 1).replace(/\p{Cc}/gu, (c) => JSON.stringify(c).slice(1, -1));
  return text.length > length ? `${visible.slice(0, length)}…` : visible;
}

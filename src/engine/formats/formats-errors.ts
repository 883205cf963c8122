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
  240: { title: 'Repeated header', consequence: 'skip' },
  241: { title: 'Footer', consequence: 'skip' },
  301: { title: 'Column not writable', consequence: 'stop' },
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

// What is said of a JSON document that can't be read.
import { formatsError } from '../formats-errors.js';
import { MAX_RECORD_BYTES } from '../row-limits.js';
import type { JsonScanner } from './json-scanner.js';

export function brokenJson(scanner: JsonScanner, why: string) {
  return formatsError(112, {
    detail: `Broken JSON in line ${scanner.line}: ${why}.`,
    hint: 'If the file was cut or is still being written, get it again; one record per line is the format ndjson.',
    pointer: { line: scanner.line },
  });
}

export function recordTooLong(line: number) {
  return formatsError(109, {
    detail: `The record that begins in line ${line} is longer than ${MAX_RECORD_BYTES} bytes.`,
    hint: 'If the records lie deeper in the document, set path to the keys that lead to them.',
    pointer: { line },
  });
}

export function noRecords(path: string, line: number) {
  const where = path === '' ? 'at the top of the document' : `at ${JSON.stringify(path)}`;
  return formatsError(113, {
    detail: `There is no array of records ${where}.`,
    hint: 'Set path to the keys that lead to the array, joined by dots; an empty path is the top, * any key or element.',
    pointer: { line },
  });
}

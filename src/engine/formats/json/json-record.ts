// One JSON object into one row: nested objects become dotted columns unless they are to stay whole, arrays stay JSON,
// scalars are slices of the source.
import { Cell } from '../../../foundation/cells/cell-batch.js';
import { excerpt, problemCode } from '../formats-errors.js';
import { MAX_DEPTH } from '../row-limits.js';
import type { JsonBatch } from './json-batch.js';
import { type JsonColumns, type KeyNode, readChild, readColumn } from './json-columns.js';
import { type JsonScanner, showByte } from './json-scanner.js';
import { unescapeJson } from './json-text.js';

export interface RecordTarget {
  readonly scanner: JsonScanner;
  readonly columns: JsonColumns;
  readonly batch: JsonBatch;
  /** Columns of the current row whose text still holds escapes. */
  readonly escapes: number[];
  /** True if no byte follows the scanner's last one. */
  final: boolean;
}

/**
 * Scans the object the scanner stands on into the batch's current row. Changes no byte of the source: `resolveEscapes`
 * does, once the record is known to be whole. False as with the scanner's own functions.
 */
export function scanRecord(target: RecordTarget): boolean {
  target.escapes.length = 0;
  target.batch.clearRow();
  return scanObject(target, target.columns.root, 1);
}

function scanObject(target: RecordTarget, node: KeyNode, depth: number): boolean {
  const { scanner } = target;
  if (depth > MAX_DEPTH) {
    scanner.tooDeep = true;
    return scanner.fail(`nested deeper than ${MAX_DEPTH}`);
  }
  const opened = scanner.position++;
  let byte = scanner.next();
  if (byte === 125) {
    scanner.position++;
    // An object without keys has no columns of its own to live in; at the top it is a record without cells.
    if (depth > 1) target.batch.set(readColumn(target.columns, node), Cell.json, opened, scanner.position);
    return true;
  }
  for (let place = 0; ; place++) {
    if (byte !== 34) {
      return scanner.fail(byte < 0 ? 'ended' : `expected a key in quotes, found ${showByte(byte)}`);
    }
    const from = scanner.position + 1;
    if (!scanner.string()) return false;
    const child = readChild(node, place, scanner.bytes, from, scanner.position - 1, scanner.escaped);
    if (!scanner.colon() || !scanMember(target, child, depth)) return false;
    byte = scanner.next();
    if (byte === 125) {
      scanner.position++;
      return true;
    }
    if (byte !== 44) return scanner.fail(byte < 0 ? 'ended' : `expected a comma, found ${showByte(byte)}`);
    scanner.position++;
    byte = scanner.next();
  }
}

function scanMember(target: RecordTarget, node: KeyNode, depth: number): boolean {
  const { scanner, columns, batch } = target;
  const byte = scanner.next();
  if (byte === 123 && !node.whole.has(node.path)) return scanObject(target, node, depth + 1);
  const from = scanner.position;
  if (byte === 34) {
    if (!scanner.string()) return false;
    const column = readColumn(columns, node);
    batch.set(column, Cell.text, from + 1, scanner.position - 1);
    if (scanner.escaped) target.escapes.push(column);
    return true;
  }
  if (!scanner.value(depth, target.final)) return false;
  batch.set(readColumn(columns, node), byte === 110 ? Cell.null : Cell.json, from, scanner.position);
  return true;
}

/** Frees the current row's texts of escapes and reports what can't be stored. */
export function resolveEscapes(target: RecordTarget): void {
  const { batch, scanner, columns } = target;
  // A repeated key may name a column twice; its last text is resolved once.
  for (const column of target.escapes.length > 1 ? new Set(target.escapes) : target.escapes) {
    batch.adjust(column, (start, end) => {
      const { end: newEnd, trouble } = unescapeJson(scanner.bytes, start, end);
      if (trouble) {
        batch.problems.push({
          index: batch.rows,
          code: problemCode(trouble === 'nul' ? 206 : 205),
          message:
            trouble === 'nul'
              ? `${columns.names[column]} holds \\u0000, which PostgreSQL can't store.`
              : `${columns.names[column]} holds half of a surrogate pair (\\ud800 to \\udfff alone), which is no character.`,
          hint: 'Remove it from the source.',
          column: columns.names[column]!,
          value: excerpt(scanner.bytes.toString('utf8', start, newEnd).replaceAll('\0', '?')),
        });
      }
      return newEnd;
    });
  }
}

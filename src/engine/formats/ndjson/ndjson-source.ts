// Reading one JSON record per line. A line that is broken costs itself and nothing else.
import type { CellBatch } from '../../../foundation/cells/cell-batch.js';
import { resolveEscapes, scanRecord } from '../json/json-record.js';
import { showByte } from '../json/json-scanner.js';
import {
  driveRecords,
  endRecord,
  NO_OBJECT,
  type RecordStream,
  reportRecord,
  showSource,
} from '../json/record-stream.js';
import { MAX_RECORD_BYTES } from '../row-limits.js';
import type { ReadRequest } from '../table-format.js';

/** Yields the records. Blank lines are passed over. */
export function readNdjson(request: ReadRequest): AsyncGenerator<CellBatch> {
  const state = { skipping: false };
  return driveRecords(request, (stream) => readLines(stream, state));
}

function* readLines(stream: RecordStream, state: { skipping: boolean }): Generator<CellBatch> {
  for (;;) {
    const { slab, target } = stream;
    const from = stream.position;
    if (from >= slab.filled) return;
    const lf = slab.bytes.indexOf(10, from);
    const found = lf >= 0 && lf < slab.filled;
    const end = found ? lf : slab.filled;
    const line = stream.line;
    if (state.skipping || end - from > MAX_RECORD_BYTES) {
      stream.position = found ? end + 1 : end;
      if (found) stream.line++;
      const first = !state.skipping;
      state.skipping = !found;
      if (first) {
        const message = `The record is longer than ${MAX_RECORD_BYTES} bytes.`;
        const value = showSource(stream, from, from + 200);
        reportRecord(
          stream,
          211,
          { message, hint: 'Shorten it, or split it into several records.', value },
          line,
        );
        yield* endRecord(stream, line, from);
      }
      continue;
    }
    if (!found && !target.final) return;
    stream.position = found ? end + 1 : end;
    stream.line++;
    const { scanner } = target;
    scanner.bytes = slab.bytes;
    scanner.position = from;
    scanner.filled = end;
    scanner.line = line;
    scanner.tooDeep = false;
    const byte = scanner.next();
    if (byte < 0) continue;
    readRecord(stream, byte, from, end, line);
    yield* endRecord(stream, line, from);
  }
}

function readRecord(stream: RecordStream, byte: number, from: number, end: number, line: number): void {
  const { target } = stream;
  const { scanner } = target;
  const final = target.final;
  // The line's end is the record's: no byte follows that could belong to it.
  target.final = true;
  const whole = byte === 123 ? scanRecord(target) : scanner.value(1, true);
  target.final = final;
  const rest = whole ? scanner.next() : -1;
  if (!whole || rest >= 0) {
    const why = !whole
      ? scanner.failure === 'ended'
        ? 'the line ends in the middle of the record'
        : scanner.failure
      : `unexpected ${showByte(rest)} after the record`;
    const column = scanner.position - from + 1;
    const shown = showSource(stream, from, end);
    reportRecord(
      stream,
      scanner.tooDeep ? 213 : 211,
      {
        message: `Broken JSON at byte ${column} of the line: ${why}. The line: ${shown}`,
        hint: scanner.tooDeep
          ? 'Give what lies deeper as a text, or leave it out.'
          : 'Each line must hold one whole JSON object: mend it at that byte.',
        value: shown,
      },
      line,
    );
  } else if (byte !== 123) {
    const shown = showSource(stream, from, end);
    const message = `The record is no object but ${shown}.`;
    reportRecord(stream, 212, { message, hint: NO_OBJECT, value: shown }, line);
  } else resolveEscapes(target);
}

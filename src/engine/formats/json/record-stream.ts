// What reading JSON and NDJSON have in common: slabs, growing columns, batches. How records are found is theirs.
import type { CellBatch } from '../../../foundation/cells/cell-batch.js';
import type { DecodedText } from '../encoding/decoded-bytes.js';
import { excerpt, problemCode } from '../formats-errors.js';
import { findTexts } from '../option-reading.js';
import { BATCH_BYTES, batchCapacity } from '../row-limits.js';
import { createSlab, fillSlab, isSlabFull, type Slab, turnSlab } from '../slab.js';
import type { ReadRequest } from '../table-format.js';
import { JsonBatch } from './json-batch.js';
import { createColumns } from './json-columns.js';
import type { RecordTarget } from './json-record.js';
import { JsonScanner } from './json-scanner.js';
import { openJsonText } from './json-text-source.js';

export interface RecordStream {
  readonly slab: Slab;
  readonly text: DecodedText;
  readonly batchRows: number | undefined;
  /** Index in the slab, and physical line, of what is to be read next. */
  position: number;
  line: number;
  records: number;
  /** `target.batch` is the open batch. */
  target: RecordTarget;
}

/**
 * Drives `step` over the source: it is called with more bytes each time, and once more when `target.final` is set.
 * What is before `position` is done with. An error it throws is passed on after the open batch was yielded.
 */
export async function* driveRecords(
  request: ReadRequest,
  step: (stream: RecordStream) => Generator<CellBatch>,
): AsyncGenerator<CellBatch> {
  const { text, line } = await openJsonText(request);
  const columns = createColumns(findTexts(request.options, 'whole') ?? []);
  const capacity = batchCapacity(request.batchRows, 1);
  const stream: RecordStream = {
    slab: createSlab(),
    text,
    batchRows: request.batchRows,
    position: 0,
    line,
    records: 0,
    target: {
      scanner: new JsonScanner(),
      columns,
      batch: new JsonBatch(0, capacity),
      escapes: [],
      final: false,
    },
  };
  try {
    for await (const chunk of text.bytes) {
      let at = 0;
      while (at < chunk.length) {
        at += fillSlab(stream.slab, chunk, at);
        if (!isSlabFull(stream.slab)) continue;
        yield* step(stream);
        const from = stream.target.batch.rows > 0 ? stream.target.batch.from : stream.position;
        turnSlab(stream.slab, from);
        stream.position -= from;
        stream.target.batch.shift(from);
      }
    }
    stream.target.final = true;
    yield* step(stream);
  } catch (error) {
    if (stream.target.batch.rows > 0) yield takeBatch(stream);
    throw error;
  }
  if (stream.target.batch.rows > 0) yield takeBatch(stream);
}

/** Ends the current row, and the batch with it if that is full. `stream.position` stands behind the record. */
export function* endRecord(stream: RecordStream, line: number, recordStart: number): Generator<CellBatch> {
  const { batch } = stream.target;
  if (batch.rows === 0) batch.from = recordStart;
  batch.endRow(line);
  if (batch.full || stream.position - batch.from > BATCH_BYTES) yield takeBatch(stream);
}

/** What a value that is no record asks for. */
export const NO_OBJECT = 'Write each record as an object with the fields as keys: {"name": "value"}.';

/** Reports the current row, whose cells are forgotten. */
export function reportRecord(
  stream: RecordStream,
  number: 211 | 212 | 213,
  says: { readonly message: string; readonly hint: string; readonly value?: string },
  line: number,
): void {
  const { batch } = stream.target;
  batch.clearRow();
  batch.problems.push({ index: batch.rows, code: problemCode(number), ...says, line });
}

/** The beginning of the text between two places of the slab, for a message. */
export function showSource(stream: RecordStream, from: number, to: number): string {
  return excerpt(stream.slab.bytes.toString('utf8', from, Math.min(to, from + 800)), 300);
}

function takeBatch(stream: RecordStream): CellBatch {
  const { target, text, slab } = stream;
  const { names } = target.columns;
  const batch = target.batch.take({
    columns: names,
    bytes: slab.bytes,
    to: stream.position,
    firstRow: stream.records + 1,
    sourceBytes: text.untouched
      ? slab.base + stream.position
      : Math.max(0, text.sourceBytes() - (slab.filled - stream.position)),
    transcodedFrom: text.untouched ? undefined : text.encoding,
  });
  stream.records += batch.rows;
  const capacity = batchCapacity(stream.batchRows, names.length);
  stream.target = { ...target, batch: new JsonBatch(names.length, capacity) };
  return batch;
}

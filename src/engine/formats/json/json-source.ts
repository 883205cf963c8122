// Reading a JSON document record by record, wherever in it the array of records lies. It is never held as a whole.
import type { CellBatch } from '../../../foundation/cells/cell-batch.js';
import { excerpt } from '../formats-errors.js';
import { readText } from '../option-reading.js';
import { MAX_RECORD_BYTES } from '../row-limits.js';
import type { ReadRequest } from '../table-format.js';
import { brokenJson, noRecords, recordTooLong } from './json-faults.js';
import { hasWildcard, readCarried } from './json-paths.js';
import { resolveEscapes, scanRecord } from './json-record.js';
import { type JsonScanner, showByte } from './json-scanner.js';
import { createSkip, type JsonSkip, skipBytes } from './json-skip.js';
import { readJsonWalk } from './json-walk.js';
import { driveRecords, endRecord, NO_OBJECT, type RecordStream, reportRecord } from './record-stream.js';

type Place = 'value' | 'keys' | 'skip' | 'elements' | 'objects' | 'rest';

interface Walk {
  /** Keys that still lead to the records. */
  readonly path: string[];
  readonly wholePath: string;
  place: Place;
  /** What may stand next: a comma or the end (`more`), or a value (`first` or after a comma). */
  expect: 'first' | 'value' | 'more';
  skip: JsonSkip;
  /** Objects that are open around the records. */
  open: number;
}

/** Yields the records. Throws FORMATS-112 for broken JSON (after what was whole before it), 113 if there are no records. */
export function readJson(request: ReadRequest): AsyncGenerator<CellBatch> {
  const wholePath = readText(request.options, 'path', '');
  if (hasWildcard(wholePath) || readCarried(request.options).length > 0) return readJsonWalk(request);
  const walk: Walk = {
    path: wholePath === '' ? [] : wholePath.split('.'),
    wholePath,
    place: 'value',
    expect: 'first',
    skip: createSkip(),
    open: 0,
  };
  return driveRecords(request, (stream) => readPart(stream, walk));
}

/** Reads as far as the bytes go. Every step either goes on, asks for more bytes, or throws. */
function* readPart(stream: RecordStream, walk: Walk): Generator<CellBatch> {
  for (;;) {
    const { scanner } = stream.target;
    scanner.bytes = stream.slab.bytes;
    scanner.filled = stream.slab.filled;
    scanner.position = stream.position;
    scanner.line = stream.line;
    const before = { place: walk.place, expect: walk.expect };
    if (walk.place === 'elements' || walk.place === 'objects') {
      const going = yield* readElement(stream, walk);
      if (going) continue;
    } else if (stepOutside(scanner, walk)) {
      stream.position = scanner.position;
      stream.line = scanner.line;
      continue;
    }
    if (stream.target.final) checkEnd(stream, walk);
    else if (walk.place === 'skip' || walk.place === 'rest') {
      stream.position = scanner.position;
      stream.line = scanner.line;
    } else Object.assign(walk, before);
    return;
  }
}

/** One step on the way to the records, or behind them. False if the bytes ended. */
function stepOutside(scanner: JsonScanner, walk: Walk): boolean {
  if (walk.place === 'skip') {
    if (!skipBytes(scanner, walk.skip)) return false;
    walk.place = 'keys';
    walk.expect = 'more';
    return true;
  }
  if (walk.place === 'rest') return stepBehind(scanner, walk);
  const byte = scanner.next();
  if (byte < 0) return false;
  if (walk.place === 'value') {
    enterValue(scanner, walk, byte);
    return true;
  }
  if (byte === 125) throw noRecords(walk.wholePath, scanner.line);
  if (byte === 44 && walk.expect === 'more') {
    scanner.position++;
    walk.expect = 'value';
    return true;
  }
  if (byte !== 34 || walk.expect === 'more') throw brokenJson(scanner, `unexpected ${showByte(byte)}`);
  const from = scanner.position;
  if (!scanner.string() || !readColon(scanner)) {
    if (scanner.failure === 'ended') return false;
    throw brokenJson(scanner, scanner.failure);
  }
  const end = scanner.bytes.lastIndexOf(34, scanner.position - 1);
  const key: unknown = JSON.parse(scanner.bytes.toString('utf8', from, end + 1));
  if (key === walk.path[0]) {
    walk.path.shift();
    walk.place = 'value';
  } else {
    walk.place = 'skip';
    walk.skip = createSkip();
  }
  return true;
}

function readColon(scanner: JsonScanner): boolean {
  return scanner.colon();
}

function enterValue(scanner: JsonScanner, walk: Walk, byte: number): void {
  if (walk.path.length > 0) {
    if (byte !== 123) throw noRecords(walk.wholePath, scanner.line);
    scanner.position++;
    walk.open++;
    walk.place = 'keys';
    walk.expect = 'first';
  } else if (byte === 91) {
    scanner.position++;
    walk.place = 'elements';
    walk.expect = 'first';
  } else if (byte === 123) {
    walk.place = 'objects';
    walk.expect = 'first';
  } else throw noRecords(walk.wholePath, scanner.line);
}

/** Behind the records: closes what is open around them; then nothing but white space may follow. */
function stepBehind(scanner: JsonScanner, walk: Walk): boolean {
  if (walk.open > 0) {
    if (!skipBytes(scanner, walk.skip)) return false;
    walk.open = 0;
    return true;
  }
  const byte = scanner.next();
  if (byte >= 0) throw brokenJson(scanner, `unexpected ${showByte(byte)} after the end`);
  return false;
}

/** One element of the array, or one object of several in a row. False if the bytes ended. */
function* readElement(stream: RecordStream, walk: Walk): Generator<CellBatch, boolean> {
  const { scanner } = stream.target;
  const byte = scanner.next();
  stream.position = scanner.position;
  stream.line = scanner.line;
  if (byte < 0) return false;
  if (walk.place === 'objects' && walk.expect === 'more' && (walk.open > 0 || byte !== 123)) {
    return leave(stream, walk, scanner.position);
  }
  if (walk.place === 'elements') {
    if (byte === 93 && walk.expect !== 'value') return leave(stream, walk, scanner.position + 1);
    if (walk.expect === 'more') {
      if (byte !== 44) throw brokenJson(scanner, `expected a comma or ], found ${showByte(byte)}`);
      stream.position = scanner.position + 1;
      walk.expect = 'value';
      return true;
    }
  }
  const from = scanner.position;
  const line = scanner.line;
  const whole = byte === 123 ? scanRecord(stream.target) : scanner.value(1, stream.target.final);
  if (!whole) {
    if (scanner.failure !== 'ended') throw brokenJson(scanner, scanner.failure);
    if (scanner.filled - from > MAX_RECORD_BYTES) throw recordTooLong(line);
    return false;
  }
  if (scanner.position - from > MAX_RECORD_BYTES) throw recordTooLong(line);
  stream.position = scanner.position;
  stream.line = scanner.line;
  if (byte === 123) resolveEscapes(stream.target);
  else {
    const text = excerpt(scanner.bytes.toString('utf8', from, Math.min(scanner.position, from + 200)));
    const message = `The record is no object but ${text}.`;
    reportRecord(stream, 212, { message, hint: NO_OBJECT, value: text }, line);
  }
  walk.expect = 'more';
  yield* endRecord(stream, line, from);
  return true;
}

function leave(stream: RecordStream, walk: Walk, position: number): true {
  stream.position = position;
  walk.place = 'rest';
  walk.skip = createSkip(walk.open);
  return true;
}

/** At the end of the source: was the document whole? */
function checkEnd(stream: RecordStream, walk: Walk): void {
  const { scanner } = stream.target;
  const whole =
    (walk.place === 'rest' && walk.open === 0) ||
    (walk.place === 'objects' && walk.expect === 'more' && walk.open === 0 && scanner.next() < 0) ||
    (walk.place === 'value' && walk.open === 0 && scanner.next() < 0);
  if (!whole) throw brokenJson(scanner, 'the source ends in the middle');
}

// Reading records from many places of one JSON document: every place a path with `*` leads to. Cells are copied, because
// what is carried down from around a record was read long before it.
import { Cell, type CellBatch, type CellKind } from '../../../foundation/cells/cell-batch.js';
import { excerpt, problemCode } from '../formats-errors.js';
import { type OpenRows, openRows } from '../made-rows.js';
import { findTexts, readText } from '../option-reading.js';
import { MAX_DEPTH, MAX_RECORD_BYTES } from '../row-limits.js';
import { createSlab, fillSlab, isSlabFull, turnSlab } from '../slab.js';
import type { ReadRequest } from '../table-format.js';
import { JsonBatch } from './json-batch.js';
import { createColumns } from './json-columns.js';
import { brokenJson, noRecords, recordTooLong } from './json-faults.js';
import { type Carried, readCarried } from './json-paths.js';
import { type RecordTarget, resolveEscapes, scanRecord } from './json-record.js';
import { JsonScanner, showByte } from './json-scanner.js';
import { createSkip, type JsonSkip, skipBytes } from './json-skip.js';
import { openJsonText } from './json-text-source.js';
import { NO_OBJECT } from './record-stream.js';

interface Value {
  readonly kind: CellKind;
  readonly text: string;
}

interface Frame {
  readonly object: boolean;
  /** Which part of the path the members have to match. */
  readonly part: number;
  expect: 'first' | 'value' | 'more';
  /** Key of the member that is being read. */
  key: string;
  readonly members: Map<string, Value>;
}

/** Throws FORMATS-112 for broken JSON (after what was whole before it), 113 if the path leads nowhere. */
export async function* readJsonWalk(request: ReadRequest): AsyncGenerator<CellBatch> {
  const { text, line } = await openJsonText(request);
  const walk = new JsonWalk(request, line);
  const slab = createSlab();
  const { scanner } = walk;
  const run = (): void => {
    scanner.bytes = slab.bytes;
    scanner.filled = slab.filled;
    walk.run();
  };
  try {
    for await (const chunk of text.bytes) {
      for (let at = 0; at < chunk.length; ) {
        at += fillSlab(slab, chunk, at);
        if (!isSlabFull(slab)) continue;
        run();
        yield* walk.take(text.sourceBytes(), false);
        turnSlab(slab, scanner.position);
        scanner.position = 0;
      }
    }
    walk.final = true;
    run();
    walk.checkEnd();
  } catch (error) {
    yield* walk.take(text.sourceBytes(), true);
    throw error;
  }
  yield* walk.take(text.sourceBytes(), true);
}

class JsonWalk {
  readonly scanner = new JsonScanner();
  final = false;
  readonly #path: string;
  readonly #parts: readonly string[];
  readonly #carried: readonly Carried[];
  readonly #wanted: ReadonlySet<string>;
  readonly #batchRows: number | undefined;
  readonly #columns;
  #names: readonly string[] = [];
  #namesOf: readonly string[] | undefined;
  readonly #frames: Frame[] = [];
  /** Part of the path a value that comes next has to match; -1 between values. */
  #next = 0;
  #skip: JsonSkip | undefined;
  #found = false;
  #rows: OpenRows;
  #full: OpenRows[] = [];
  #records = 0;

  constructor({ options, batchRows }: ReadRequest, line: number) {
    this.scanner.line = line;
    this.#path = readText(options, 'path', '');
    this.#parts = this.#path === '' ? [] : this.#path.split('.');
    this.#carried = readCarried(options);
    this.#wanted = new Set(this.#carried.map(({ member }) => member));
    this.#batchRows = batchRows;
    this.#columns = createColumns(findTexts(options, 'whole') ?? []);
    this.#rows = openRows(batchRows, 1);
  }

  /** Goes as far as the bytes do. A step that needs more of them is taken again from where it began. */
  run(): void {
    for (;;) {
      const { position, line } = this.scanner;
      const { skipping, next } = { skipping: this.#skip !== undefined, next: this.#next };
      if (this.#step()) continue;
      if (!skipping) {
        this.scanner.position = position;
        this.scanner.line = line;
        this.#next = next;
        if (this.scanner.filled - position > MAX_RECORD_BYTES) throw recordTooLong(line);
      }
      return;
    }
  }

  #step(): boolean {
    const { scanner } = this;
    if (this.#skip) {
      if (!skipBytes(scanner, this.#skip)) return false;
      this.#skip = undefined;
      return true;
    }
    const byte = scanner.next();
    if (byte < 0) return false;
    if (this.#next >= 0) return this.#readValue(byte);
    const frame = this.#frames.at(-1);
    if (!frame) throw brokenJson(scanner, `unexpected ${showByte(byte)} after the end`);
    if (byte === (frame.object ? 125 : 93) && frame.expect !== 'value') {
      scanner.position++;
      this.#frames.pop();
      return true;
    }
    if (frame.expect === 'more') {
      if (byte !== 44) throw brokenJson(scanner, `expected a comma or the end, found ${showByte(byte)}`);
      scanner.position++;
      frame.expect = 'value';
      return true;
    }
    if (frame.object) return this.#readMember(frame, byte);
    frame.expect = 'more';
    // An array on the way is passed through, whether or not a * stands for its elements.
    this.#next = this.#parts[frame.part] === '*' ? frame.part + 1 : frame.part;
    return true;
  }

  #readMember(frame: Frame, byte: number): boolean {
    const { scanner } = this;
    if (byte !== 34) throw brokenJson(scanner, `expected a key in quotes, found ${showByte(byte)}`);
    const from = scanner.position;
    if (!scanner.string()) return this.#ended();
    const key = JSON.parse(scanner.bytes.toString('utf8', from, scanner.position)) as string;
    if (!scanner.colon()) return this.#ended();
    const part = this.#parts[frame.part];
    if (part === '*' || part === key) {
      frame.key = key;
      frame.expect = 'more';
      this.#next = frame.part + 1;
      return true;
    }
    if (this.#wanted.has(key)) {
      scanner.next();
      const start = scanner.position;
      if (!scanner.value(this.#frames.length, this.final)) return this.#ended();
      frame.members.set(key, toValue(scanner.bytes.toString('utf8', start, scanner.position)));
    } else this.#skip = createSkip();
    frame.expect = 'more';
    return true;
  }

  #readValue(byte: number): boolean {
    const part = this.#next;
    const isTarget = part === this.#parts.length;
    if (byte === 91 || (byte === 123 && !isTarget)) {
      if (this.#frames.length >= MAX_DEPTH) throw brokenJson(this.scanner, `nested deeper than ${MAX_DEPTH}`);
      this.scanner.position++;
      this.#frames.push({ object: byte === 123, part, expect: 'first', key: '', members: new Map() });
      this.#found ||= isTarget;
    } else if (isTarget) {
      if (!this.#readRecord(byte)) return this.#ended();
    } else this.#skip = createSkip();
    this.#next = -1;
    return true;
  }

  /** False if the bytes ended; anything else that is wrong is an error. */
  #ended(): false {
    if (this.scanner.failure !== 'ended') throw brokenJson(this.scanner, this.scanner.failure);
    return false;
  }

  #readRecord(byte: number): boolean {
    const { scanner } = this;
    const { position: from, line } = scanner;
    const target: RecordTarget = {
      scanner,
      columns: this.#columns,
      batch: new JsonBatch(this.#columns.names.length, 1),
      escapes: [],
      final: this.final,
    };
    if (!(byte === 123 ? scanRecord(target) : scanner.value(1, this.final))) return false;
    this.#found = true;
    if (byte === 123) resolveEscapes(target);
    const { cells } = this.#rows;
    cells.clearRow();
    target.batch.endRow(line);
    const { names } = this.#columns;
    const about = { firstRow: 1, sourceBytes: 0, transcodedFrom: undefined };
    target.batch.from = from;
    const one = target.batch.take({ columns: names, bytes: scanner.bytes, to: scanner.position, ...about });
    const shift = this.#carried.length;
    this.#putCarried();
    for (let i = 0; i < names.length; i++) {
      const kind = one.kind[i] as CellKind;
      if (kind === Cell.absent) continue;
      this.#rows.put(i + shift, kind, one.bytes.toString('utf8', one.start[i], one.end[i]));
    }
    for (const problem of one.problems) cells.problems.push({ ...problem, index: cells.rows });
    if (byte !== 123) {
      const shown = excerpt(scanner.bytes.toString('utf8', from, Math.min(scanner.position, from + 200)));
      const message = `The record is no object but ${shown}.`;
      cells.problems.push({
        index: cells.rows,
        code: problemCode(212),
        message,
        hint: NO_OBJECT,
        line,
        value: shown,
      });
    }
    cells.endRow(line);
    if (this.#rows.full) {
      this.#full.push(this.#rows);
      this.#rows = openRows(this.#batchRows, Math.max(1, shift + names.length));
    }
    return true;
  }

  #putCarried(): void {
    if (this.#carried.length === 0) return;
    const objects = this.#frames.filter((frame) => frame.object);
    this.#carried.forEach(({ up, member }, column) => {
      const frame = objects.at(-Math.max(1, up));
      const value = up === 0 ? frame && toValue(JSON.stringify(frame.key)) : frame?.members.get(member);
      if (value) this.#rows.put(column, value.kind, value.text);
    });
  }

  /** Full batches, and with `all` the open one. */
  *take(sourceBytes: number, all: boolean): Generator<CellBatch> {
    if (all && this.#rows.cells.rows > 0) {
      this.#full.push(this.#rows);
      this.#rows = openRows(this.#batchRows, 1);
    }
    if (this.#namesOf !== this.#columns.names) {
      this.#namesOf = this.#columns.names;
      this.#names = [...this.#carried.map(({ name }) => name), ...this.#columns.names];
    }
    for (const rows of this.#full) {
      const batch = rows.take({
        columns: this.#names,
        firstRow: this.#records + 1,
        sourceBytes,
        typed: true,
      });
      this.#records += batch.rows;
      yield batch;
    }
    this.#full = [];
  }

  checkEnd(): void {
    const { scanner } = this;
    const empty = this.#records === 0 && this.#frames.length === 0 && this.#next === 0;
    if (empty && scanner.next() < 0) return;
    if (this.#frames.length > 0 || this.#skip || this.#next >= 0)
      throw brokenJson(scanner, 'the source ends in the middle');
    if (!this.#found) throw noRecords(this.#path, scanner.line);
  }
}

/** A JSON value as a cell. */
function toValue(json: string): Value {
  if (json === 'null') return { kind: Cell.null, text: '' };
  if (!json.startsWith('"')) return { kind: Cell.json, text: json };
  return { kind: Cell.text, text: (JSON.parse(json) as string).replaceAll('\u0000', '?') };
}

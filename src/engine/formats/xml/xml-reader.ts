// Reading an XML document record by record: only the record that is being read is ever held.
import type { CellBatch } from '../../../foundation/cells/cell-batch.js';
import { formatsError, problemCode } from '../formats-errors.js';
import { type OpenRows, openRows } from '../made-rows.js';
import { findTexts, readChoice, readFlag, readText } from '../option-reading.js';
import { MAX_DEPTH, MAX_RECORD_BYTES } from '../row-limits.js';
import type { ReadRequest } from '../table-format.js';
import { XmlColumns } from './xml-columns.js';
import { MARK_TARGET, readMark } from './xml-names.js';
import { createNaming, type Naming } from './xml-naming.js';
import type { XmlNode } from './xml-node.js';
import { type XmlEvents, XmlParser } from './xml-parser.js';
import { enterElement, holdsRecords, isRecord, readXmlPath, startPath, type XmlPath } from './xml-path.js';
import { putRecord, type RecordShape } from './xml-record.js';
import { openXmlText } from './xml-text.js';

/** Elements of one record; more are a path that leads to no record. */
const MAX_ELEMENTS = 200_000;

/**
 * Yields the records. Throws FORMATS-131 for broken XML (after what was whole before it), 132 if the path leads nowhere,
 * 109, 110 and 133 beyond the limits.
 */
export async function* readXml(request: ReadRequest): AsyncGenerator<CellBatch> {
  const { options, batchRows } = request;
  const text = await openXmlText(request.bytes, findTexts(options, 'encoding')?.[0]);
  const walk = new RecordWalk(options, batchRows, text.sourceBytes);
  try {
    for await (const piece of text.pieces) {
      walk.parser.write(piece);
      yield* walk.takeFull();
    }
    walk.parser.end();
    walk.checkFound();
  } catch (error) {
    yield* walk.takeAll();
    throw error;
  }
  yield* walk.takeAll();
}

interface Flaw {
  readonly number: 231 | 232;
  readonly what: string;
  readonly line: number;
}

class RecordWalk implements XmlEvents {
  readonly parser: XmlParser;
  readonly #batchRows: number | undefined;
  readonly #sourceBytes: () => number;
  readonly #path: XmlPath;
  readonly #naming: Naming;
  readonly #shape: RecordShape;
  readonly #states: number[];
  /** Elements that are open inside the record, the record first. */
  readonly #open: XmlNode[] = [];
  /** Elements open below the deepest that is kept. */
  #tooDeep = 0;
  #line = 0;
  #start = 0;
  #elements = 0;
  #deep = false;
  #flaws: Flaw[] = [];
  #reached = false;
  readonly #seen = new Set<string>();
  readonly #names: string[] = [];
  readonly #done: CellBatch[] = [];
  #rows: OpenRows;
  #records = 0;

  constructor(options: ReadRequest['options'], batchRows: number | undefined, sourceBytes: () => number) {
    this.#batchRows = batchRows;
    this.#sourceBytes = sourceBytes;
    this.#path = readXmlPath(readText(options, 'path', '*/*'));
    const lists = findTexts(options, 'lists') ?? [];
    const isListed = new Set(lists);
    this.#shape = {
      columns: new XmlColumns(lists, findTexts(options, 'whole') ?? []),
      trim: readFlag(options, 'trim', false),
      isList: (path) => isListed.has(path),
    };
    const keeps = readChoice(options, 'prefixes', ['keep', 'drop'], 'keep') === 'keep';
    this.#naming = createNaming(keeps, readFlag(options, 'escapes', false));
    this.#states = [startPath(this.#path)];
    this.#rows = openRows(batchRows, 1);
    this.parser = new XmlParser(this);
  }

  instruction(target: string, body: string): void {
    if (target === MARK_TARGET && this.#names.length === 0 && readMark(body).has('escapes'))
      this.#naming.unescape = true;
  }

  open(raw: string, attributes: Readonly<Record<string, string>>): void {
    if (this.#open.length === 0) this.#naming.invalid = false;
    const node = this.#naming.toNode(raw, attributes);
    if (this.#open.length > 0) this.#openInside(node);
    else this.#openOutside(raw, node);
  }

  #openOutside(raw: string, node: XmlNode): void {
    const state = enterElement(this.#path, this.#states.at(-1)!, this.#naming.plainName(raw));
    if (holdsRecords(this.#path, this.#states.at(-1)!)) this.#reached = true;
    this.#names.push(raw);
    if (this.#seen.size < 12 && this.#names.length <= 3) this.#seen.add(this.#names.join('/'));
    this.#states.push(state);
    if (holdsRecords(this.#path, state)) this.#reached = true;
    if (!isRecord(this.#path, state)) return;
    this.#open.push(node);
    this.#line = this.parser.openLine;
    // What is wrong outside the records is nobody's loss.
    this.#flaws = this.#flaws.filter(({ line }) => line >= this.#line);
    this.#start = this.parser.position;
    this.#elements = 1;
  }

  #openInside(node: XmlNode): void {
    if (++this.#elements > MAX_ELEMENTS || this.parser.position - this.#start > MAX_RECORD_BYTES) {
      throw this.#tooLong();
    }
    if (this.#tooDeep > 0 || this.#open.length >= MAX_DEPTH) {
      this.#tooDeep++;
      this.#deep = true;
      return;
    }
    this.#open.at(-1)!.content.push(node);
    this.#open.push(node);
  }

  close(): void {
    if (this.#tooDeep > 0) {
      this.#tooDeep--;
      return;
    }
    if (this.#open.length > 1) this.#open.pop();
    else {
      if (this.#open.length === 1) this.#endRecord(this.#open.pop()!);
      this.#names.pop();
      this.#states.pop();
    }
  }

  text(text: string): void {
    const node = this.#open.at(-1);
    if (node === undefined || this.#tooDeep > 0) return;
    if (this.parser.position - this.#start > MAX_RECORD_BYTES) throw this.#tooLong();
    const last = node.content.length - 1;
    const piece = this.#naming.toText(text);
    if (typeof node.content[last] === 'string') node.content[last] += piece;
    else node.content.push(piece);
  }

  flaw(number: 231 | 232, what: string): void {
    // A record's start tag is read before it is known to be one: what was wrong before it is sorted out there.
    if (this.#flaws.length === 3 && this.#open.length === 0) this.#flaws.shift();
    if (this.#flaws.length < 3) this.#flaws.push({ number, what, line: this.parser.line });
  }

  #endRecord(record: XmlNode): void {
    const rows = this.#rows;
    rows.cells.clearRow();
    putRecord(record, this.#shape, (column, kind, text) => {
      rows.put(column, kind, text);
    });
    this.#report(rows);
    rows.cells.endRow(this.#line);
    if (rows.full) this.#takeBatch();
  }

  #report({ cells }: OpenRows): void {
    const add = (number: 205 | 213 | 231 | 232, message: string, hint: string, line: number): void => {
      cells.problems.push({ index: cells.rows, code: problemCode(number), message, hint, line });
    };
    if (this.#deep) {
      add(
        213,
        `The record nests elements deeper than ${MAX_DEPTH}.`,
        'What is deeper is left out.',
        this.#line,
      );
    }
    if (this.#naming.invalid) {
      add(
        205,
        'The record holds bytes that are no character.',
        'Set encoding if it is another one.',
        this.#line,
      );
    }
    for (const { number, what, line } of this.#flaws) {
      if (number === 231 && this.#naming.invalid && !what.startsWith('a dupl')) continue;
      add(
        number,
        `The record holds ${what}.`,
        number === 232 ? 'Write the characters themselves.' : 'Remove it from the source.',
        line,
      );
    }
    this.#deep = false;
    this.#naming.invalid = false;
    this.#flaws = [];
  }

  #takeBatch(): void {
    const { names } = this.#shape.columns;
    const batch = this.#rows.take({
      columns: names,
      firstRow: this.#records + 1,
      sourceBytes: this.#sourceBytes(),
      typed: false,
    });
    this.#records += batch.rows;
    this.#done.push(batch);
    this.#rows = openRows(this.#batchRows, Math.max(1, names.length));
  }

  *takeFull(): Generator<CellBatch> {
    for (let batch = this.#done.shift(); batch; batch = this.#done.shift()) yield batch;
  }

  *takeAll(): Generator<CellBatch> {
    if (this.#rows.cells.rows > 0) this.#takeBatch();
    yield* this.takeFull();
  }

  /** Throws FORMATS-132 if the document has no place for records of this path. */
  checkFound(): void {
    if (this.#reached || this.#seen.size === 0) return;
    throw formatsError(132, {
      detail: `There is no element at ${this.#path.text}; the document has ${[...this.#seen].join(', ')} …`,
      hint: 'Set path to the names of the elements from the root to the record, with / between them.',
    });
  }

  #tooLong() {
    return formatsError(109, {
      detail: `The record that begins in line ${this.#line} is longer than ${MAX_RECORD_BYTES} characters or ${MAX_ELEMENTS} elements.`,
      hint: 'If the records lie deeper in the document, set path to the elements that lead to them.',
      pointer: { line: this.#line },
    });
  }
}

// The records that belong to the records of a batch: from numbered columns, items of a cell, or the rows of the record.
import {
  Cell,
  type CellBatch,
  type PartRows,
  type RowProblem,
} from '../../../foundation/cells/cell-batch.js';
import type { BoundPart } from './bind-part.js';
import type { BoundTransform } from './bind-transform.js';
import type { FieldProgram, Standing } from './field-program.js';
import type { MappedBytes } from './mapped-bytes.js';
import type { OpenCells } from './mapped-memory.js';
import { copyCell, evaluateInto, judge } from './open-cells.js';
import { listItems, unpack } from './packed-cell.js';
import { fillRow, type RowColumns, toRowColumns } from './row-columns.js';

type Fault = Omit<RowProblem, 'index'>;

/** Most records of one part that one record may have. */
const MOST_RECORDS = 10_000;
const DEFAULT_SEPARATOR = ',';

export class PartMapper {
  readonly #part: BoundPart;
  readonly #source: CellBatch;
  readonly #bytes: MappedBytes;
  readonly #width: number;
  readonly #row: RowColumns;
  readonly #from: Uint32Array;
  readonly #columns: readonly string[];
  #owner = 0;
  #rows = 0;
  #out: OpenCells = newCells(256);
  /** By row: the row of the source it was made of. */
  #made: number[] = [];
  /** By row: which of the things a placeholder met it was made for. */
  #met: number[] = [];
  #problems: RowProblem[] = [];

  constructor(part: BoundPart, bound: BoundTransform, source: CellBatch, bytes: MappedBytes) {
    this.#part = part;
    this.#source = source;
    this.#bytes = bytes;
    this.#width = part.owner.length + part.programs.length;
    const names = [...part.programs.flatMap((program) => program.names), ...(part.when?.columns ?? [])];
    this.#row = toRowColumns(names, bound.columns);
    this.#columns = bound.columns;
    this.#from = new Uint32Array(source.rows + 1);
  }

  /** The next row of the batch has no records of the part. */
  skip(): void {
    this.#from[++this.#owner] = this.#rows;
  }

  /** The records of the row that `at` stands on; `owner` holds its cells from `base` on. */
  map(at: Standing, owner: OpenCells, base: number, onFault: (fault: Fault) => void): void {
    const before = this.#rows;
    try {
      if (this.#part.each !== undefined) this.#mapItems(at, owner, base);
      else if (this.#part.part.rows) this.#mapRows(at, owner, base);
      else this.#mapPattern(at, owner, base);
    } catch (error) {
      if (!(error instanceof TooMany)) throw error;
      this.#rows = before;
      this.#made.length = before;
      this.#met.length = Math.min(this.#met.length, before);
      this.#problems = this.#problems.filter((problem) => problem.index < before);
      const message = `${this.#part.name}: more than ${MOST_RECORDS.toLocaleString('en')} records belong to one.`;
      const hint = 'Check the separator, or split the record into several.';
      const { column } = this.#part.part.each ?? {};
      onFault({ code: 'MAPPING-403', message, hint, field: this.#part.name, ...(column && { column }) });
    }
    this.#from[++this.#owner] = this.#rows;
  }

  /** `owners`: the batch the rows belong to. */
  toRows(owners: CellBatch): PartRows {
    const { programs } = this.#part;
    const indexes = [...this.#part.owner.map(() => undefined), ...programs.map((program) => program.column)];
    const made = this.#made;
    const cells = this.#rows * this.#width;
    return {
      from: this.#from,
      batch: {
        columns: [
          ...this.#part.owner.map((i) => owners.columns[i]!),
          ...programs.map(({ mapped }) => mapped.field),
        ],
        rows: this.#rows,
        firstRow: 1,
        lines: Uint32Array.from(made, (row) => owners.lines[row]!),
        bytes: owners.bytes,
        start: this.#out.start.subarray(0, cells),
        end: this.#out.end.subarray(0, cells),
        kind: this.#out.kind.subarray(0, cells),
        typed: owners.typed,
        problems: this.#problems,
        sourceBytes: owners.sourceBytes,
        origin: {
          names: indexes.map((index) => (index === undefined ? undefined : this.#columns[index])),
          indexes,
          ...(this.#part.pattern && { nameAt: (index, column) => this.#nameAt(index, column) }),
          rowOf: (index) => owners.origin!.rowOf(this.#ownerOf(index)),
          cellsOf: (index) => owners.origin!.cellsOf(this.#ownerOf(index)),
        },
      },
    };
  }

  #nameAt(index: number, column: number): string | undefined {
    const at = this.#part.programs[column - this.#part.owner.length]?.columnsMet?.[this.#met[index]!];
    return at === undefined ? undefined : this.#columns[at];
  }

  #ownerOf(index: number): number {
    let [low, high] = [0, this.#from.length - 2];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#from[middle]! <= index) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #mapItems(at: Standing, owner: OpenCells, base: number): void {
    const { separator = DEFAULT_SEPARATOR, equals } = this.#part.part.each!;
    const text = at.cursor.text(this.#part.each!);
    if (text === '') return;
    fillRow(at.row, at.cursor, this.#row);
    at.position = 0;
    if (equals !== undefined) {
      for (const [name, value] of unpack(text, separator, equals)) {
        at.item = `${name}${equals}${value}`;
        at.name = name;
        at.value = value;
        this.#put(at, owner, base);
      }
      return;
    }
    for (const item of listItems(text, separator)) {
      at.item = item;
      this.#put(at, owner, base);
    }
  }

  #mapRows(at: Standing, owner: OpenCells, base: number): void {
    const { first, last } = at.cursor;
    const { needed } = this.#part;
    at.position = 0;
    for (let row = first; row < last; row++) {
      at.cursor.move(row, row + 1);
      if (!needed.some((column) => at.cursor.text(column).trim() !== '')) continue;
      fillRow(at.row, at.cursor, this.#row);
      this.#put(at, owner, base);
    }
  }

  #mapPattern(at: Standing, owner: OpenCells, base: number): void {
    const { pattern, neededBy } = this.#part;
    fillRow(at.row, at.cursor, this.#row);
    at.position = 0;
    if (!pattern) {
      // No placeholder: the columns make one record, if they say anything.
      if (this.#part.needed.some((column) => at.cursor.text(column).trim() !== ''))
        this.#put(at, owner, base);
      return;
    }
    pattern.met.forEach((met, i) => {
      if (!neededBy[i]!.some((column) => at.cursor.text(column).trim() !== '')) return;
      at.met = met;
      at.metIndex = i;
      this.#put(at, owner, base);
    });
  }

  /** One record, of what `at` stands on. */
  #put(at: Standing, owner: OpenCells, base: number): void {
    at.position++;
    if (at.position > MOST_RECORDS) throw new TooMany();
    const row = this.#rows;
    const onFault = (fault: Fault): void => void this.#problems.push({ index: row, ...fault });
    if (this.#part.when) {
      const holds = judge(this.#part.when, at);
      if (holds === false) {
        at.position--;
        return;
      }
      if (holds !== true) onFault(holds);
    }
    const i = row * this.#width;
    if (i + this.#width > this.#out.kind.length) this.#out = grown(this.#out, i + this.#width);
    this.#part.owner.forEach((column, k) => {
      this.#out.start[i + k] = owner.start[base + column]!;
      this.#out.end[i + k] = owner.end[base + column]!;
      this.#out.kind[i + k] = owner.kind[base + column]!;
    });
    for (const [k, program] of this.#part.programs.entries()) {
      this.#putField(program, at, i + this.#part.owner.length + k, onFault);
    }
    this.#made.push(at.cursor.first);
    if (this.#part.pattern) this.#met.push(at.metIndex);
    this.#rows++;
  }

  #putField(program: FieldProgram, at: Standing, i: number, onFault: (fault: Fault) => void): void {
    const { copies } = program;
    if (copies === undefined) {
      evaluateInto(program, at, this.#out, i, this.#bytes, onFault);
      return;
    }
    const column = typeof copies === 'number' ? copies : copies[at.metIndex];
    if (column === undefined) this.#out.kind[i] = Cell.absent;
    else copyCell(this.#source, at.cursor.cell(column), this.#out, i, this.#bytes.shift);
  }
}

class TooMany extends Error {}

const newCells = (count: number): OpenCells => ({
  start: new Uint32Array(count),
  end: new Uint32Array(count),
  kind: new Uint8Array(count),
});

function grown(cells: OpenCells, least: number): OpenCells {
  const larger = newCells(Math.max(least, cells.kind.length * 2));
  larger.start.set(cells.start);
  larger.end.set(cells.end);
  larger.kind.set(cells.kind);
  return larger;
}

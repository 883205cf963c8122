// The chunk a partition is filling.
import type { CellBatch } from '../../../foundation/cells/cell-batch.js';
import type { BatchHolds } from './batch-holds.js';
import type { DuplicatePair, IssueTeller, StagedChunk } from './staged-chunk.js';

/** Small: most imports are, and memory that is taken for nothing is cleared away again by long collections of garbage. */
const FIRST_BYTES = 64 << 10;
const MOST_BYTES = 4 << 20;
/** For the row that fills a chunk. */
const SPARE_BYTES = 1 << 20;
const REFUSED = Buffer.from('x');
const NULL_CELL = Buffer.from('\\N\t');

export class StageBuilder {
  readonly partition: number;
  buffer: Buffer;
  position = 0;
  read = 0;
  readonly #chunkRows: number;
  readonly #first: number;
  #limit: number;
  readonly #columns: number;
  readonly #pool: Buffer[] = [];
  readonly #holds: BatchHolds;
  #begun = 0;
  #staged = 0;
  #failed = 0;
  #unreadable = 0;
  #lastRow = 0;
  #tellers: IssueTeller[] = [];
  #duplicates: DuplicatePair[] = [];
  #batches: CellBatch[] = [];
  #says: Uint8Array;
  #sayOfRow: Buffer | undefined;

  /** Of `rows`, in a chunk: the first has at most `first`, each later one at most twice as many as the one before, up to `most`. */
  constructor(
    partition: number,
    columns: number,
    rows: { readonly first: number; readonly most: number },
    holds: BatchHolds,
  ) {
    this.partition = partition;
    this.#holds = holds;
    this.#columns = columns;
    this.#chunkRows = rows.most;
    this.#limit = Math.min(rows.first, rows.most);
    // A chunk of one row is that of a request: it must not take a megabyte.
    this.#first = Math.min(FIRST_BYTES, rows.most * 4_096);
    this.buffer = Buffer.allocUnsafe(this.#first);
    this.#says = new Uint8Array(columns);
  }

  get full(): boolean {
    return this.read >= this.#limit || this.position >= MOST_BYTES;
  }

  /** Makes room for `bytes` more. */
  ensure(bytes: number): void {
    if (this.position + bytes <= this.buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.buffer.length * 2, this.position + bytes));
    this.buffer.copy(larger, 0, 0, this.position);
    this.buffer = larger;
  }

  /** Appends the first `length` bytes. Byte by byte: for a few of them that is faster than a call of `copy`. */
  put(bytes: Buffer, length: number): void {
    this.ensure(length + 64);
    if (length > 100) {
      bytes.copy(this.buffer, this.position, 0, length);
    } else {
      for (let i = 0; i < length; i++) this.buffer[this.position + i] = bytes[i]!;
    }
    this.position += length;
  }

  /** Begins a row's line; returns where it began. */
  begin(row: number, line: number, say: Buffer | undefined): number {
    this.#begun = this.position;
    this.#sayOfRow = say;
    this.ensure(64 + this.#columns);
    this.position = putNumber(row, this.buffer, this.position);
    this.buffer[this.position++] = 0x09;
    this.position = putNumber(line, this.buffer, this.position);
    this.buffer[this.position++] = 0x09;
    if (say === undefined) {
      this.buffer[this.position++] = 0x5c;
      this.buffer[this.position++] = 0x4e;
    } else {
      this.position += say.copy(this.buffer, this.position);
    }
    this.buffer[this.position++] = 0x09;
    return this.#begun;
  }

  /** Forgets the line begun last. */
  undo(): void {
    this.position = this.#begun;
  }

  /** Ends the line: the last delimiter becomes the line end. */
  commit(batch: CellBatch, row: number): void {
    this.buffer[this.position - 1] = 0x0a;
    const say = this.#sayOfRow;
    if (say !== undefined) {
      for (let c = 0; c < say.length; c++) {
        if (say[c] !== 0x76) this.#says[c]! |= say[c] === 0x6c ? 1 : 2;
      }
    }
    this.#staged++;
    this.#cover(batch, row);
  }

  /** Takes a bad row; with `identity` (COPY text, ending in a delimiter) only that much of it is staged, marked `x`. */
  refuse(
    batch: CellBatch,
    row: number,
    tellers: readonly IssueTeller[],
    identity: Buffer | undefined,
    blanks: number,
  ): void {
    this.#tellers.push(...tellers);
    this.#failed++;
    if (identity === undefined) {
      this.#unreadable++;
    } else {
      this.begin(row, row, REFUSED);
      this.ensure(identity.length + blanks * 3);
      this.position += identity.copy(this.buffer, this.position);
      for (let i = 0; i < blanks; i++) this.position += NULL_CELL.copy(this.buffer, this.position);
      this.buffer[this.position - 1] = 0x0a;
      this.#staged++;
    }
    this.#cover(batch, row);
  }

  /** Takes a row that is no record: only its warnings. */
  passOver(batch: CellBatch, row: number, tellers: readonly IssueTeller[]): void {
    this.#tellers.push(...tellers);
    this.#cover(batch, row);
  }

  addDuplicate(pair: DuplicatePair): void {
    this.#duplicates.push(pair);
  }

  /** Hands the chunk over and begins the next. */
  take(): StagedChunk {
    const data = this.buffer;
    const batches = this.#batches;
    const tellers = this.#tellers;
    const chunk: StagedChunk = {
      partition: this.partition,
      lastRow: this.#lastRow,
      data,
      length: this.position,
      staged: this.#staged,
      read: this.read,
      tellIssues: () => tellers.map((tell) => tell()),
      failed: this.#failed,
      unreadable: this.#unreadable,
      duplicates: this.#duplicates,
      says: this.#says,
      batches,
      release: () => {
        for (const batch of batches) this.#holds.leave(batch);
        // A buffer that one huge row made large is not worth keeping.
        if (data.length <= 2 * MOST_BYTES) this.#pool.push(data);
      },
    };
    this.buffer = this.#pool.pop() ?? Buffer.allocUnsafe(nextSize(this.position, this.#first));
    this.position = 0;
    this.read = 0;
    this.#limit = Math.min(this.#chunkRows, this.#limit * 2);
    this.#staged = 0;
    this.#failed = 0;
    this.#unreadable = 0;
    this.#tellers = [];
    this.#duplicates = [];
    this.#batches = [];
    this.#says = new Uint8Array(this.#columns);
    return chunk;
  }

  #cover(batch: CellBatch, row: number): void {
    this.read++;
    this.#lastRow = row;
    if (this.#batches.at(-1) === batch) return;
    this.#batches.push(batch);
    this.#holds.take(batch);
  }
}

/** Room for a chunk like the last one and a little more. */
const nextSize = (used: number, first: number): number =>
  Math.min(MOST_BYTES + SPARE_BYTES, Math.max(first, Math.ceil(used * 1.1)));

function putNumber(value: number, out: Buffer, pos: number): number {
  let digits = 1;
  for (let rest = value; rest >= 10; rest = Math.floor(rest / 10)) digits++;
  let rest = value;
  for (let i = pos + digits - 1; i >= pos; i--) {
    const next = Math.floor(rest / 10);
    out[i] = 0x30 + rest - next * 10;
    rest = next;
  }
  return pos + digits;
}

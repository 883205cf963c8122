// The memory of mapped batches that were given back, for those to come: it is outside the heap, where the garbage collector is in no
// hurry, so that a million rows would take twice as much of it as they need.

/** Cells under construction. */
export interface OpenCells {
  readonly start: Uint32Array;
  readonly end: Uint32Array;
  readonly kind: Uint8Array;
}

/** Most that is kept; what is given back beyond it is the garbage collector's. */
const MOST_BYTES = 32 * 1024 * 1024;
const MOST_CELLS = 64;
/** Sizes are multiples of it, so that what is given back fits. */
const STEP = 128 * 1024;

export class MappedMemory {
  readonly #bytes: Buffer[] = [];
  readonly #cells: OpenCells[] = [];
  #kept = 0;

  /** At least so many bytes, of any content. */
  bytes(least: number): Buffer {
    const found = this.#bytes.findIndex(({ length }) => length >= least && length <= least * 4);
    if (found < 0) return Buffer.allocUnsafeSlow(Math.ceil(least / STEP) * STEP);
    const [bytes] = this.#bytes.splice(found, 1);
    this.#kept -= bytes!.length;
    return bytes!;
  }

  giveBytesBack(bytes: Buffer): void {
    if (this.#kept + bytes.length > MOST_BYTES) return;
    this.#kept += bytes.length;
    this.#bytes.push(bytes);
  }

  /** Exactly so many cells, all absent. */
  cells(count: number): OpenCells {
    const found = this.#cells.findIndex(({ kind }) => kind.length === count);
    if (found < 0)
      return { start: new Uint32Array(count), end: new Uint32Array(count), kind: new Uint8Array(count) };
    const [cells] = this.#cells.splice(found, 1);
    cells!.kind.fill(0);
    return cells!;
  }

  giveBack(bytes: Buffer, cells: OpenCells): void {
    this.giveBytesBack(bytes);
    if (this.#cells.length < MOST_CELLS) this.#cells.push(cells);
  }
}

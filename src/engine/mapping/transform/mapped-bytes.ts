// The bytes of a mapped batch: the source's own, so that cells which are only passed on are offsets, and after them what was computed.
import { Cell, type CellBatch } from '../../../foundation/cells/cell-batch.js';
import type { MappedMemory } from './mapped-memory.js';

export class MappedBytes {
  buffer: Buffer;
  /** By how much a cell of the source lies further to the front here. */
  readonly shift: number;
  readonly #memory: MappedMemory;
  #length: number;
  /** Where the text put last lies. */
  start = 0;
  end = 0;

  constructor(source: CellBatch, memory: MappedMemory) {
    // A reader's memory may hold several batches: only this one's part of it is taken.
    const { from, to } = findExtent(source);
    const length = to - from;
    this.#memory = memory;
    this.shift = from;
    this.buffer = memory.bytes(length + Math.max(4096, length >> 1));
    source.bytes.copy(this.buffer, 0, from, to);
    this.#length = length;
  }

  /** Appends the text as UTF-8; `start` and `end` then say where. Half of a surrogate pair becomes U+FFFD. */
  put(text: string): void {
    const most = text.length * 3;
    if (this.#length + most > this.buffer.length) this.#grow(most);
    this.start = this.#length;
    // For a few letters a loop is faster than the call, and most texts are ASCII.
    if (text.length <= 24) {
      let at = this.#length;
      for (let i = 0; i < text.length; i++) {
        const code = text.charCodeAt(i);
        if (code > 0x7f || code === 0) {
          at = -1;
          break;
        }
        this.buffer[at++] = code;
      }
      if (at >= 0) {
        this.#length = at;
        this.end = at;
        return;
      }
    }
    // PostgreSQL has no room for NUL in a text.
    const clean = text.includes('\0') ? text.replaceAll('\0', '') : text;
    this.#length += this.buffer.write(clean, this.#length, 'utf8');
    this.end = this.#length;
  }

  #grow(more: number): void {
    const larger = this.#memory.bytes((this.#length + more) * 2);
    this.buffer.copy(larger, 0, 0, this.#length);
    this.#memory.giveBytesBack(this.buffer);
    this.buffer = larger;
  }
}

/** Where the cells of a batch begin and end. */
function findExtent({ rows, columns, kind, start, end }: CellBatch): {
  readonly from: number;
  readonly to: number;
} {
  let from = Number.MAX_SAFE_INTEGER;
  let to = 0;
  for (let i = 0; i < rows * columns.length; i++) {
    if (kind[i]! < Cell.text) continue;
    if (start[i]! < from) from = start[i]!;
    if (end[i]! > to) to = end[i]!;
  }
  return from > to ? { from: 0, to: 0 } : { from, to };
}

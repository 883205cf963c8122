// The memory of batches that were given back, for batches to come: a million rows take no more of it than a few chunks do,
// and the garbage collector has nothing to wait for.
import { createRowSink, type RowSink } from './csv-rows.js';

export class CsvMemory {
  /** By slab: the batches that point into it, and the reader as long as it fills it. */
  readonly #users = new Map<Buffer, number>();
  readonly #slabs: Buffer[] = [];
  readonly #sinks: RowSink[] = [];

  /** A slab of exactly that size, held once. */
  slab(size: number): Buffer {
    const found = this.#slabs.findIndex((bytes) => bytes.length === size);
    const bytes = found < 0 ? Buffer.allocUnsafeSlow(size) : this.#slabs.splice(found, 1)[0]!;
    this.hold(bytes);
    return bytes;
  }

  hold(bytes: Buffer): void {
    this.#users.set(bytes, (this.#users.get(bytes) ?? 0) + 1);
  }

  leave(bytes: Buffer): void {
    const users = this.#users.get(bytes)! - 1;
    if (users > 0) {
      this.#users.set(bytes, users);
    } else {
      this.#users.delete(bytes);
      this.#slabs.push(bytes);
    }
  }

  sink(columns: number, capacity: number): RowSink {
    const sink = this.#sinks.pop();
    if (sink?.columns !== columns || sink.capacity !== capacity) return createRowSink(columns, capacity);
    sink.kind.fill(0);
    return { ...sink, rows: 0, from: 0, problems: [] };
  }

  giveBack(sink: RowSink): void {
    this.#sinks.push(sink);
  }
}

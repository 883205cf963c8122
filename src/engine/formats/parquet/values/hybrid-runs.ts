// Parquet's mix of runs (one value so many times) and packed groups of eight, for levels, dictionary indexes and truth values.
// A run is counted down, never unpacked: how many it claims costs nothing.
import { broken } from '../parquet-problems.js';
import { PackedBits } from './packed-bits.js';

export interface RunsPlace {
  readonly from: number;
  readonly to: number;
  /** Bits of a value, 0 to 32. */
  readonly width: number;
  /** Values there can be. */
  readonly most: number;
}

export class HybridRuns {
  #at: number;
  #left = 0;
  #packed = false;
  #value = 0;
  #most: number;
  readonly #bytes: Buffer;
  readonly #end: number;
  readonly #width: number;
  readonly #bits: PackedBits;

  constructor(bytes: Buffer, place: RunsPlace) {
    this.#bytes = bytes;
    this.#at = place.from;
    this.#end = place.to;
    this.#width = place.width;
    this.#most = place.most;
    this.#bits = new PackedBits(bytes, place.from, place.to);
  }

  next(): number {
    if (this.#left === 0) this.#begin();
    this.#left--;
    return this.#packed ? this.#bits.take(this.#width) : this.#value;
  }

  #begin(): void {
    const header = this.#readHeader();
    this.#packed = (header & 1) === 1;
    const count = header >>> 1;
    if (count === 0) throw broken('a run of values is empty');
    if (this.#packed) {
      this.#left = count * 8;
      this.#bits.seek(this.#at);
      // Writers fill up groups beyond the last value (DuckDB to 32), some leave out what of the last one holds none.
      if (this.#at + (count - 1) * this.#width > this.#end) throw broken('a run of values ends too early');
      this.#at += count * this.#width;
      this.#most = Math.max(0, this.#most - this.#left);
      return;
    }
    if (count > this.#most) throw broken('a run claims more values than its page has');
    this.#most -= count;
    this.#left = count;
    const size = (this.#width + 7) >> 3;
    if (this.#at + size > this.#end) throw broken('a run of values ends too early');
    this.#value = size === 0 ? 0 : this.#bytes.readUIntLE(this.#at, size);
    this.#at += size;
  }

  #readHeader(): number {
    let header = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      if (this.#at >= this.#end) throw broken('runs of values end too early');
      const byte = this.#bytes[this.#at++]!;
      header |= (byte & 127) << shift;
      if (byte < 128) return header >>> 0;
    }
    throw broken('a run of values has no length');
  }
}

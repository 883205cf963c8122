// Numbers of some bits each, one after the other, the lowest bit first.
import { broken } from '../parquet-problems.js';

export class PackedBits {
  #at: number;
  #bit = 0;
  readonly #bytes: Buffer;
  readonly #end: number;

  constructor(bytes: Buffer, at: number, end: number) {
    this.#bytes = bytes;
    this.#at = at;
    this.#end = end;
  }

  seek(at: number): void {
    this.#at = at;
    this.#bit = 0;
  }

  /** `width`: 0 to 32. */
  take(width: number): number {
    if (width === 0) return 0;
    const bytes = this.#bytes;
    const to = this.#bit + width;
    const last = this.#at + ((to - 1) >> 3);
    if (last >= this.#end) throw broken('packed values end too early');
    let value = bytes[this.#at]! >>> this.#bit;
    for (let at = this.#at + 1, got = 8 - this.#bit; at <= last; at++, got += 8) value |= bytes[at]! << got;
    this.#at += to >> 3;
    this.#bit = to & 7;
    return width === 32 ? value >>> 0 : value & ((1 << width) - 1);
  }
}

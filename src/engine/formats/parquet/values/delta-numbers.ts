// Whole numbers as differences, packed in small blocks (DELTA_BINARY_PACKED). Each is made when it is taken: how many a block
// claims, or a width of no bits, costs nothing.
import { broken } from '../parquet-problems.js';
import { PackedBits } from './packed-bits.js';

/** Values of a block; the writers known take 128 to some thousand. */
const MAX_BLOCK = 1 << 24;

interface Head {
  readonly miniblocks: number;
  readonly perMiniblock: number;
  readonly count: number;
  readonly first: bigint;
  /** Where the first block begins. */
  readonly at: number;
}

export class DeltaNumbers {
  readonly #bytes: Buffer;
  readonly #end: number;
  readonly #bits: PackedBits;
  readonly #head: Head;
  readonly #wide: boolean;
  #left: number;
  #value: bigint;
  #small: number;
  #begun = false;
  #at: number;
  #widths = 0;
  #miniblock: number;
  #width = 0;
  #leftInMiniblock = 0;
  #least = 0n;
  #smallLeast = 0;

  /** `wide`: numbers of 64 bits, which come as bigint; else of 32. `most`: values there can be. */
  constructor(bytes: Buffer, at: number, { wide, most }: { readonly wide: boolean; readonly most: number }) {
    this.#bytes = bytes;
    this.#end = bytes.length;
    this.#wide = wide;
    this.#head = readHead(bytes, at);
    if (this.#head.count > most) throw broken('a page claims more values than it has');
    this.#bits = new PackedBits(bytes, this.#head.at, this.#end);
    this.#left = this.#head.count;
    this.#value = BigInt.asIntN(64, this.#head.first);
    this.#small = Number(BigInt.asIntN(32, this.#head.first));
    this.#at = this.#head.at;
    this.#miniblock = this.#head.miniblocks;
  }

  next(): number | bigint {
    return this.#wide ? this.nextWide() : this.nextSmall();
  }

  nextSmall(): number {
    if (this.#isFirst()) return this.#small;
    const width = this.#width;
    // Differences of numbers of 32 bits may have 33; they count around, so the lower ones are enough.
    const rest = this.#bits.take(Math.min(width, 32));
    if (width > 32) this.#bits.take(width - 32);
    this.#small = (this.#small + this.#smallLeast + rest) | 0;
    return this.#small;
  }

  nextWide(): bigint {
    if (this.#isFirst()) return this.#value;
    const width = this.#width;
    let rest = BigInt(this.#bits.take(Math.min(width, 32)));
    if (width > 32) rest |= BigInt(this.#bits.take(width - 32)) << 32n;
    this.#value = BigInt.asIntN(64, this.#value + this.#least + rest);
    return this.#value;
  }

  #isFirst(): boolean {
    if (this.#left === 0) throw broken('a page has fewer values than it says');
    this.#left--;
    if (!this.#begun) {
      this.#begun = true;
      return true;
    }
    if (this.#leftInMiniblock === 0) this.#beginMiniblock();
    this.#leftInMiniblock--;
    return false;
  }

  #beginMiniblock(): void {
    const { miniblocks, perMiniblock } = this.#head;
    if (this.#miniblock === miniblocks) {
      const block = readBlock(this.#bytes, this.#at, miniblocks);
      this.#least = block.least;
      this.#smallLeast = Number(BigInt.asIntN(32, block.least));
      this.#widths = block.widths;
      this.#at = block.widths + miniblocks;
      this.#miniblock = 0;
    }
    this.#width = readWidth(this.#bytes, this.#widths + this.#miniblock++);
    this.#bits.seek(this.#at);
    this.#at += (perMiniblock * this.#width) / 8;
    this.#leftInMiniblock = perMiniblock;
  }
}

/** Where what stands behind such numbers begins. Only the heads of blocks are looked at. */
export function findDeltaEnd(bytes: Buffer, from: number): number {
  const { miniblocks, perMiniblock, count, at: start } = readHead(bytes, from);
  let at = start;
  for (let left = count - 1; left > 0; ) {
    const { widths } = readBlock(bytes, at, miniblocks);
    at = widths + miniblocks;
    for (let i = 0; i < miniblocks && left > 0; i++, left -= perMiniblock) {
      at += (perMiniblock * readWidth(bytes, widths + i)) / 8;
    }
    if (at > bytes.length) throw broken('packed values end too early');
  }
  return at;
}

function readHead(bytes: Buffer, from: number): Head {
  const block = readVarint(bytes, from);
  const miniblocks = readVarint(bytes, block.at);
  const count = readVarint(bytes, miniblocks.at);
  const first = readVarint(bytes, count.at);
  const perMiniblock = Number(block.value) / Number(miniblocks.value);
  // Blocks are of whole bytes, so that the next one is found.
  if (
    !(block.value <= MAX_BLOCK && Number.isInteger(perMiniblock)) ||
    perMiniblock < 8 ||
    perMiniblock % 8 > 0
  ) {
    throw broken('blocks of packed values have no size');
  }
  return {
    miniblocks: Number(miniblocks.value),
    perMiniblock,
    count: Number(count.value),
    first: toSigned(first.value),
    at: first.at,
  };
}

function readBlock(bytes: Buffer, at: number, miniblocks: number) {
  const least = readVarint(bytes, at);
  if (least.at + miniblocks > bytes.length) throw broken('packed values end too early');
  return { least: toSigned(least.value), widths: least.at };
}

function readWidth(bytes: Buffer, at: number): number {
  const width = bytes[at]!;
  if (width > 64) throw broken('packed values are wider than numbers are');
  return width;
}

const toSigned = (zigzag: bigint): bigint => (zigzag >> 1n) ^ -(zigzag & 1n);

function readVarint(bytes: Buffer, from: number): { readonly value: bigint; readonly at: number } {
  let value = 0n;
  for (let i = 0; i < 10; i++) {
    const byte = bytes[from + i];
    if (byte === undefined) throw broken('packed values end too early');
    value |= BigInt(byte & 127) << BigInt(7 * i);
    if (byte < 128) return { value, at: from + i + 1 };
  }
  throw broken('a number in it never ends');
}

// Independent 32-bit hashes of a row's identity in one pass: which partition it goes to, and whether it came before.
// MurmurHash3 (x86, 32 bits, Austin Appleby, public domain) with three seeds, drawn anew for every run, so that no file
// can be made to collide.

const C1 = 0xcc9e2d51;
const C2 = 0x1b873593;

export class RowHash {
  a = 0;
  b = 0;
  c = 0;
  readonly #seed: number;

  constructor(seed: number) {
    this.#seed = seed | 0;
  }

  /** Hashes `bytes[start..end)`; the results are in `a`, `b` and `c` as unsigned integers. */
  of(bytes: Buffer, start: number, end: number): void {
    let a = this.#seed;
    let b = Math.imul(this.#seed ^ 0x5bd1e995, 0x9e3779b1);
    let c = Math.imul(this.#seed ^ 0x2545f491, 0x85ebca77);
    let i = start;
    for (; i + 4 <= end; i += 4) {
      const k = scramble(bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24));
      a = blend(a ^ k);
      b = blend(b ^ Math.imul(k, 0x9e3779b1));
      c = blend(c ^ Math.imul(k, 0x85ebca77));
    }
    let rest = 0;
    for (let shift = 0; i < end; i++, shift += 8) rest |= bytes[i]! << shift;
    rest = scramble(rest);
    const length = end - start;
    this.a = finish(a ^ rest ^ length);
    this.b = finish(b ^ Math.imul(rest, 0x9e3779b1) ^ length);
    this.c = finish(c ^ Math.imul(rest, 0x85ebca77) ^ length);
  }
}

function scramble(k: number): number {
  const h = Math.imul(k, C1);
  return Math.imul((h << 15) | (h >>> 17), C2);
}

function blend(h: number): number {
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0;
}

function finish(h: number): number {
  let x = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}

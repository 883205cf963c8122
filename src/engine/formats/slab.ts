// The memory readers work on: the source's chunks laid end to end, so that a row is always in one piece. Batches point
// into it, so a slab that was yielded from is not filled again: what is unfinished moves to another one.

export interface Slab {
  /** Has one byte to spare after `filled`. */
  bytes: Buffer;
  filled: number;
  /** Offset of bytes[0] in the decoded source. */
  base: number;
}

const FIRST_SLAB = 64 * 1024;
const FULL_SLAB = 1024 * 1024;

export function createSlab(): Slab {
  return { bytes: Buffer.allocUnsafeSlow(FIRST_SLAB + 1), filled: 0, base: 0 };
}

/** Copies as much of `chunk` from `at` on as fits; returns how many bytes that were. */
export function fillSlab(slab: Slab, chunk: Uint8Array, at: number): number {
  const room = slab.bytes.length - 1 - slab.filled;
  const count = Math.min(room, chunk.length - at);
  slab.bytes.set(count === chunk.length ? chunk : chunk.subarray(at, at + count), slab.filled);
  slab.filled += count;
  return count;
}

export function isSlabFull(slab: Slab): boolean {
  return slab.filled === slab.bytes.length - 1;
}

/** Goes on in another slab that begins with what was unfinished (from index `from` on), with at least as much room again. */
export function turnSlab(
  slab: Slab,
  from: number,
  allocate: (size: number) => Buffer = Buffer.allocUnsafeSlow,
): void {
  const kept = slab.filled - from;
  let size = FULL_SLAB;
  while (size < kept * 2) size *= 2;
  const bytes = allocate(size + 1);
  slab.bytes.copy(bytes, 0, from, slab.filled);
  slab.bytes = bytes;
  slab.filled = kept;
  slab.base += from;
}

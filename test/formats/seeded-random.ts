// A random sequence that is the same on every run, so that a failure can be looked at again.

export interface SeededRandom {
  /** From 0 up to 1, 1 excluded. */
  next(): number;
  /** A whole number from 0 up to `below`, excluded. */
  below(below: number): number;
  pick<T>(list: readonly T[]): T;
}

/** The mulberry32 generator. */
export function createRandom(seed: number): SeededRandom {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return { next, below, pick: (list) => list[below(list.length)]! };
}

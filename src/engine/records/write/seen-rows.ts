// Remembers which identities a source already had, in 8 bytes a row (12 where a mistake would cost a row), so that
// ten million rows fit beside everything else. Finds candidates; wherever a row is dropped the server compares exactly.

const LEAST_CAPACITY = 1 << 10;
const MOST_CAPACITY = 1 << 24;
// Fuller tables are slower only near their end, and ten million rows must fit beside everything else.
const FULL = 0.85;

/** An open-addressing table that is never moved: when it is full another, larger one is begun. */
interface Generation {
  readonly capacity: number;
  count: number;
  /** Per place: hash, ordinal of the row (0: free) and, if wide, a second hash; side by side for the processor's cache. */
  readonly places: Uint32Array;
}

export class SeenRows {
  readonly #generations: Generation[] = [];
  readonly #width: 2 | 3;

  /**
   * @param wide keep a third hash, so that even among ten million rows a mistaken match is out of the question
   * @param expectedRows how many rows will come; a wrong guess costs a little time or memory, nothing else
   */
  constructor(wide: boolean, expectedRows: number) {
    this.#width = wide ? 3 : 2;
    const wanted = Math.ceil((expectedRows * 1.02) / FULL);
    this.#begin(Math.min(MOST_CAPACITY, Math.max(LEAST_CAPACITY, wanted)));
  }

  /**
   * The ordinal of the earlier row with this identity, or 0. Afterwards the identity belongs to `row`, unless
   * `keepFirst` is set and there was an earlier one.
   */
  put(a: number, b: number, c: number, row: number, keepFirst: boolean): number {
    const width = this.#width;
    let place = 0;
    for (let g = 0; g < this.#generations.length; g++) {
      const { capacity, places } = this.#generations[g]!;
      place = Math.floor((a / 0x1_0000_0000) * capacity) * width;
      for (let earlier = places[place + 1]!; earlier !== 0; earlier = places[place + 1]!) {
        if (places[place] === b && (width === 2 || places[place + 2] === c)) {
          if (!keepFirst) places[place + 1] = row;
          return earlier;
        }
        place += width;
        if (place === places.length) place = 0;
      }
    }
    const newest = this.#generations.at(-1)!;
    newest.places[place] = b;
    newest.places[place + 1] = row;
    if (width === 3) newest.places[place + 2] = c;
    if (++newest.count > newest.capacity * FULL) this.#begin(Math.min(MOST_CAPACITY, newest.capacity * 2));
    return 0;
  }

  #begin(capacity: number): void {
    this.#generations.push({ capacity, count: 0, places: new Uint32Array(capacity * this.#width) });
  }
}

// From a record's ordinal to the line it started on, long after its batch is gone.

const MOST_POINTS = 500_000;

/** Remembers only where the distance between ordinal and line changes. */
export class LineIndex {
  readonly #rows: number[] = [];
  readonly #distances: number[] = [];

  /** To be called in ascending order of rows. */
  put(row: number, line: number): void {
    if (this.#distances.at(-1) === line - row || this.#rows.length >= MOST_POINTS) return;
    this.#rows.push(row);
    this.#distances.push(line - row);
  }

  /** The line of a row seen before; in a file of more than 500,000 many-line records, at or before that line. */
  lineOf(row: number): number {
    let low = 0;
    let high = this.#rows.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#rows[middle]! <= row) low = middle;
      else high = middle - 1;
    }
    return row + (this.#distances[low] ?? 0);
  }
}

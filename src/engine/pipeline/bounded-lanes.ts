// Lanes from one producer to several consumers, with room for so many items in all of them together: what keeps memory flat
// however large the source, and lets a consumer be ahead of another for a while.

export class BoundedLanes<T> {
  readonly #lanes: readonly T[][];
  readonly #wakeConsumers: ((() => void) | undefined)[];
  readonly #capacity: number;
  #waiting = 0;
  #closed = false;
  #wakeProducer: (() => void) | undefined;

  constructor(lanes: number, capacity: number) {
    this.#lanes = Array.from({ length: lanes }, () => []);
    this.#wakeConsumers = this.#lanes.map(() => undefined);
    this.#capacity = capacity;
  }

  /** Resolves when there was room; false if the lanes were closed meanwhile. One producer at a time. */
  async push(lane: number, item: T): Promise<boolean> {
    while (this.#waiting >= this.#capacity && !this.#closed) {
      await new Promise<void>((wake) => {
        this.#wakeProducer = wake;
      });
    }
    if (this.#closed) return false;
    this.#lanes[lane]!.push(item);
    this.#waiting++;
    this.#wakeConsumers[lane]?.();
    return true;
  }

  /** The lane's next item, or undefined once the lanes are closed and this one is empty. One consumer a lane. */
  async shift(lane: number): Promise<T | undefined> {
    const items = this.#lanes[lane]!;
    while (items.length === 0 && !this.#closed) {
      await new Promise<void>((wake) => {
        this.#wakeConsumers[lane] = wake;
      });
    }
    if (items.length > 0) this.#waiting--;
    const item = items.shift();
    this.#wakeProducer?.();
    return item;
  }

  /** No more items come; `discard` throws away those that wait. */
  close(discard = false): void {
    this.#closed = true;
    if (discard) {
      for (const lane of this.#lanes) lane.length = 0;
      this.#waiting = 0;
    }
    this.#wakeProducer?.();
    for (const wake of this.#wakeConsumers) wake?.();
  }
}

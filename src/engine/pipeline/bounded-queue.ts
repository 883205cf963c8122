// A queue that makes its producer wait: what keeps memory flat however large the source.

export class BoundedQueue<T> {
  readonly #items: T[] = [];
  readonly #capacity: number;
  #closed = false;
  #wakeProducer: (() => void) | undefined;
  #wakeConsumer: (() => void) | undefined;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** Resolves when there was room; false if the queue was closed meanwhile. One producer at a time. */
  async push(item: T): Promise<boolean> {
    while (this.#items.length >= this.#capacity && !this.#closed) {
      await new Promise<void>((wake) => {
        this.#wakeProducer = wake;
      });
    }
    if (this.#closed) return false;
    this.#items.push(item);
    this.#wakeConsumer?.();
    return true;
  }

  /** The next item, or undefined once the queue is closed and empty. One consumer at a time. */
  async shift(): Promise<T | undefined> {
    while (this.#items.length === 0 && !this.#closed) {
      await new Promise<void>((wake) => {
        this.#wakeConsumer = wake;
      });
    }
    const item = this.#items.shift();
    this.#wakeProducer?.();
    return item;
  }

  /** No more items come; `discard` throws away those that wait. */
  close(discard = false): void {
    this.#closed = true;
    if (discard) this.#items.length = 0;
    this.#wakeProducer?.();
    this.#wakeConsumer?.();
  }
}

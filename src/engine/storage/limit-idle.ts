// A stream that ends with an error where its source falls silent, or breaks.
import { Readable } from 'node:stream';

/**
 * The bytes of `source`. Only the time is counted in which somebody waits for the next of them: who reads slowly loses nothing.
 * `toError` is given what went wrong; undefined where nothing came for `ms`.
 */
export function limitIdle(source: Readable, ms: number, toError: (cause: unknown) => unknown): Readable {
  async function* watch(): AsyncGenerator<Uint8Array> {
    const chunks = source[Symbol.asyncIterator]();
    for (;;) {
      const next = await inTime(chunks.next(), ms).catch((cause: unknown) => {
        throw toError(cause);
      });
      if (next === SILENCE) {
        source.destroy();
        throw toError(undefined);
      }
      if (next.done === true) return;
      yield next.value;
    }
  }
  const out = Readable.from(watch(), { objectMode: false });
  // Destroyed half-way: the iterator could only be told once its source answers.
  out.once('close', () => source.destroy());
  return out;
}

export const SILENCE = Symbol('silence');

/** What the promise gives, or SILENCE if it takes longer. What it does later is of no interest to anybody. */
export async function inTime<T>(promise: Promise<T>, ms: number): Promise<T | typeof SILENCE> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<typeof SILENCE>((resolve) => {
    timer = setTimeout(resolve, ms, SILENCE);
  });
  promise.catch(() => {});
  try {
    return await Promise.race([promise, silence]);
  } finally {
    clearTimeout(timer);
  }
}

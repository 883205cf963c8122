// Looking at the beginning of a stream of bytes without losing it.

export interface StreamHead {
  /** The first bytes: at least as many as asked for, unless the stream is shorter. */
  readonly head: Buffer;
  /** True if `head` is all there is. */
  readonly whole: boolean;
  /** The stream from its first byte on. To be iterated once. */
  all(): AsyncGenerator<Uint8Array>;
}

/** Reads until `wanted` bytes are there or the stream ends. */
export async function readHead(bytes: AsyncIterable<Uint8Array>, wanted: number): Promise<StreamHead> {
  const source = bytes[Symbol.asyncIterator]();
  const chunks: Uint8Array[] = [];
  let size = 0;
  let whole = false;
  while (size < wanted) {
    const next = await source.next();
    if (next.done) {
      whole = true;
      break;
    }
    chunks.push(next.value);
    size += next.value.length;
  }
  return {
    head: Buffer.concat(chunks),
    whole,
    async *all() {
      try {
        yield* chunks;
        if (whole) return;
        for (let next = await source.next(); !next.done; next = await source.next()) yield next.value;
      } finally {
        await source.return?.();
      }
    },
  };
}

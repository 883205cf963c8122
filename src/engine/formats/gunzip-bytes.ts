// Unpacking gzip as a stream, guarded against files that are made to expand without end.
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { formatsError } from './formats-errors.js';

export interface GunzipLimits {
  /** How many times its size a file may expand to, once it expanded past `freeBytes`. Default 250. */
  readonly maxRatio?: number;
  /** Up to here the ratio is not looked at, in bytes. Default 256 MB. */
  readonly freeBytes?: number;
}

export function isGzip(head: Uint8Array): boolean {
  return head[0] === 0x1f && head[1] === 0x8b && head[2] === 8;
}

/** Yields the unpacked bytes. Throws FORMATS-106 if the data are damaged or cut, 107 beyond the limits. */
export async function* gunzipBytes(
  packed: AsyncIterable<Uint8Array>,
  limits: GunzipLimits = {},
): AsyncGenerator<Uint8Array> {
  const maxRatio = limits.maxRatio ?? 250;
  const freeBytes = limits.freeBytes ?? 256 * 1024 * 1024;
  let taken = 0;
  let given = 0;
  let failure: unknown;
  async function* counted() {
    for await (const chunk of packed) {
      taken += chunk.length;
      yield chunk;
    }
  }
  const source = Readable.from(counted(), { objectMode: false });
  const gunzip = createGunzip({ chunkSize: 256 * 1024 });
  source.on('error', (error) => {
    failure = error;
    gunzip.destroy(error);
  });
  source.pipe(gunzip);
  try {
    for await (const chunk of gunzip as AsyncIterable<Buffer>) {
      given += chunk.length;
      if (given > freeBytes && given > taken * maxRatio) {
        throw formatsError(107, {
          detail: `The gzip data expand to more than ${maxRatio} times their size (${taken} bytes gave ${given} so far).`,
          hint: 'If the file is what it should be, unpack it and import the file inside.',
        });
      }
      yield chunk;
    }
  } catch (error) {
    if (failure !== undefined) throw failure;
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (!code.startsWith('Z_')) throw error;
    throw formatsError(106, {
      detail: `The gzip data are ${code === 'Z_BUF_ERROR' ? 'cut off' : 'damaged'} after ${given} unpacked bytes.`,
      hint: 'Get the file again, or check it with gzip -t.',
      cause: error,
    });
  } finally {
    source.destroy();
    gunzip.destroy();
  }
}

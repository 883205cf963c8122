// A file on its way in: written to disk as it comes, counted and hashed, so that its size needs no memory and its content is known before
// anything is kept.
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { type FileHandle, mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { importError } from '../import/import-errors.js';
import type { ReadAt } from './image-size.js';

export interface SpooledContent {
  /** SHA-256 in hexadecimal. */
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
  readonly read: ReadAt;
  /** The bytes from the beginning. */
  stream(): AsyncIterable<Uint8Array>;
  /** Forgets the file. */
  remove(): Promise<void>;
}

/** Throws FILES-142 as soon as there are more than `maxBytes`, and whatever the bytes throw; then nothing is left behind. */
export async function spoolContent(
  bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  {
    folder,
    maxBytes,
    signal,
  }: { readonly folder: string; readonly maxBytes: number; readonly signal: AbortSignal },
): Promise<SpooledContent> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, randomUUID());
  const hash = createHash('sha256');
  let size = 0;
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      if (size > maxBytes) return done(tooLarge(maxBytes));
      hash.update(chunk);
      done(null, chunk);
    },
  });
  const source = bytes instanceof Readable ? bytes : Readable.from(bytes, { objectMode: false });
  let handle: FileHandle;
  try {
    await pipeline(source, count, createWriteStream(path, { mode: 0o600 }), { signal });
    handle = await open(path, 'r');
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
  return {
    sha256: hash.digest('hex'),
    size,
    async read(position, length) {
      const buffer = Buffer.alloc(Math.max(0, Math.min(length, size - position)));
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, position);
      return buffer.subarray(0, bytesRead);
    },
    stream: () => createReadStream(path, { highWaterMark: 1 << 18 }),
    async remove() {
      await handle.close();
      await rm(path, { force: true });
    },
  };
}

export const tooLarge = (maxBytes: number) =>
  importError(142, {
    detail: `The file is larger than ${maxBytes} bytes.`,
    hint: 'Make it smaller, or raise maxBytes of the field in the configuration.',
  });

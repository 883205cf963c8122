// A file on its way in: written to disk as it comes, counted and hashed, so that its size needs no memory and its content is known before
// anything is kept.
import { createReadStream } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { importError } from '../import/import-errors.js';
import { spoolBytes } from '../import/spool-bytes.js';
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
  const source = bytes instanceof Readable ? bytes : Readable.from(bytes, { objectMode: false });
  const checkSize = (size: number) => {
    if (size > maxBytes) throw tooLarge(maxBytes);
  };
  const { path, sha256, size } = await spoolBytes(source, folder, {
    signal,
    flush: false,
    onBytes: checkSize,
  });
  const handle = await open(path, 'r').catch(async (error: unknown) => {
    await rm(path, { force: true });
    throw error;
  });
  return {
    sha256,
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

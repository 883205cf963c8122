// A copy of a source, from the storage to this machine: there whole, or not at all.
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Storage } from '../../../engine/storage/storage.js';
import { DovetailError } from '../../../foundation/errors/dovetail-error.js';
import { importError } from '../import/import-errors.js';
import type { SourceSettings } from '../import/import-settings.js';

/** Writes it to `source.path`. Throws FILES-101 for one that is larger than it was, 102 if it is gone, STORAGE-…. */
export async function fetchCopy(
  storage: Storage,
  path: string,
  source: Pick<SourceSettings, 'path' | 'name' | 'size'>,
  signal: AbortSignal,
): Promise<void> {
  const bytes = await storage.get(path).catch((cause: unknown) => {
    if (!(cause instanceof DovetailError) || cause.code !== 'STORAGE-102') throw cause;
    throw importError(102, {
      detail: `The copy of ${source.name} is not in the storage any more.`,
      hint: 'Import it anew; what is already there will be unchanged.',
      cause,
    });
  });
  let size = 0;
  // The disk here must not be filled by whatever lies there now.
  const limit = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      if (size <= source.size) return done(null, chunk);
      done(importError(101, { detail: `The copy of ${source.name} in the storage is larger than it was.` }));
    },
  });
  await mkdir(dirname(source.path), { recursive: true, mode: 0o700 });
  const part = `${source.path}.part`;
  try {
    await pipeline(bytes, limit, createWriteStream(part, { mode: 0o600, flush: true }), { signal });
    await rename(part, source.path);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

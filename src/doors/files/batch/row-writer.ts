// Rows put down on disk as they come, one JSON object a line: counted and hashed on the way, so that no number of them needs memory.
import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import type { Spooled } from '../import/spool-bytes.js';

export interface RowWriter {
  /** Waits while the disk is behind. */
  write(rows: Buffer): Promise<void>;
  /** The disk has all of it. */
  finish(): Promise<Spooled>;
  /** Nothing is left. */
  drop(): Promise<void>;
}

export async function openRowWriter(folder: string): Promise<RowWriter> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, randomUUID());
  const hash = createHash('sha256');
  const out = createWriteStream(path, { mode: 0o600, flush: true });
  let failure: Error | undefined;
  out.on('error', (error) => {
    failure = error;
  });
  let size = 0;
  return {
    async write(rows) {
      if (failure !== undefined) throw failure;
      size += rows.length;
      hash.update(rows);
      if (!out.write(rows)) await once(out, 'drain');
    },
    async finish() {
      if (failure !== undefined) throw failure;
      out.end();
      await finished(out);
      return { path, sha256: hash.digest('hex'), size };
    },
    async drop() {
      out.destroy();
      if (!out.closed) await once(out, 'close').catch(() => {});
      await rm(path, { force: true });
    },
  };
}

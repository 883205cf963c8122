// Bytes that come once, written to disk as they come: counted and hashed on the way, so that no size needs memory.
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

export interface Spooled {
  readonly path: string;
  /** SHA-256 in hexadecimal. */
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
}

/**
 * A new file in the folder, which is made if need be. `flush`: the disk has it before this returns. `onBytes` is told how many there
 * are so far, before they are written; what it throws ends the copying, as what the source throws does. Then nothing is left.
 */
export async function spoolBytes(
  source: Readable,
  folder: string,
  wish: {
    readonly signal: AbortSignal;
    readonly flush: boolean;
    readonly onBytes: (size: number) => void;
  },
): Promise<Spooled> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, randomUUID());
  const hash = createHash('sha256');
  let size = 0;
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      try {
        wish.onBytes(size);
      } catch (error) {
        return done(error as Error);
      }
      hash.update(chunk);
      done(null, chunk);
    },
  });
  try {
    const { signal, flush } = wish;
    // Made before anything can go wrong: a file that is still being made when it is removed would stay.
    const file = await open(path, 'wx', 0o600);
    await pipeline(source, count, file.createWriteStream({ flush }), { signal });
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
  return { path, sha256: hash.digest('hex'), size };
}

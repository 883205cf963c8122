// The bytes of an upload, from a stream to their place in its file: noted every so often, once the disk has them, so that a cut or a kill
// costs the last few only.
import { createHash } from 'node:crypto';
import { createReadStream, constants as FS } from 'node:fs';
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

export interface Arrival {
  readonly path: string;
  /** Stays open where not all of it is wanted. */
  readonly bytes: Readable;
  /** Where they begin. */
  readonly from: number;
  /** Where the file ends. */
  readonly size: number;
  readonly checksum?: Checksum;
  /** Told how many bytes the disk has. What it throws ends the arrival. */
  readonly note: (received: number) => Promise<void>;
  /** Milliseconds without any byte, after which the sender is taken to be gone. */
  readonly idleMs: number;
}

export interface Checksum {
  readonly algorithm: string;
  readonly digest: Buffer;
}

/** `cut`: the sender went away; `beyond`: more came than there should be; `mismatch`: not what the checksum says. */
export type ArrivalEnd = 'whole' | 'cut' | 'beyond' | 'mismatch';

const NOTE_BYTES = 8 << 20;

/** Writes what comes, and notes it; what has a checksum is noted once that is right. Throws what the disk says. */
export async function receiveBytes(arrival: Arrival): Promise<ArrivalEnd> {
  const { path, from, size, checksum } = arrival;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const file = await open(path, FS.O_WRONLY | FS.O_CREAT, 0o600);
  const hash = checksum && createHash(checksum.algorithm);
  let at = from;
  let noted = from;

  async function note(): Promise<void> {
    if (at === noted) return;
    await file.datasync();
    await arrival.note(at);
    noted = at;
  }

  async function pour(): Promise<ArrivalEnd> {
    for await (const chunk of listChunks(arrival)) {
      if (chunk === 'cut') return 'cut';
      if (at + chunk.length > size) return 'beyond';
      await writeAll(file, chunk, at);
      hash?.update(chunk);
      at += chunk.length;
      if (hash === undefined && at - noted >= NOTE_BYTES) await note();
    }
    return hash === undefined || hash.digest().equals(checksum!.digest) ? 'whole' : 'mismatch';
  }

  try {
    const end = await pour();
    if (hash === undefined || end === 'whole') await note();
    return end;
  } catch (error) {
    // A full disk has what came before.
    if (hash === undefined) await note().catch(() => {});
    throw error;
  } finally {
    await file.close();
  }
}

async function* listChunks({ bytes, idleMs }: Arrival): AsyncGenerator<Buffer | 'cut'> {
  const timer = setTimeout(() => bytes.destroy(new Error('Nothing came any more.')), idleMs);
  try {
    for await (const chunk of bytes.iterator({ destroyOnReturn: false })) {
      timer.refresh();
      yield chunk as Buffer;
    }
  } catch {
    yield 'cut';
  } finally {
    clearTimeout(timer);
  }
}

async function writeAll(file: FileHandle, chunk: Buffer, at: number): Promise<void> {
  for (let done = 0; done < chunk.length; ) {
    const { bytesWritten } = await file.write(chunk, done, chunk.length - done, at + done);
    done += bytesWritten;
  }
}

/** SHA-256 in hexadecimal. */
export async function hashUpload(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}

// A source's bytes, from a path or a stream: its beginning to look at, gzip unpacked, the progress counted.
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { readHead } from './encoding/stream-head.js';
import { formatsError } from './formats-errors.js';
import { type GunzipLimits, gunzipBytes, isGzip } from './gunzip-bytes.js';
import { SAMPLE_BYTES } from './row-limits.js';
import type { SourceFile } from './table-format.js';

export interface OpenSource {
  /** The first 256 kB at most, unpacked. */
  readonly sample: Buffer;
  /** True if `sample` is all there is. */
  readonly whole: boolean;
  /** All bytes from the first one, unpacked. To be iterated once. */
  bytes(): AsyncIterable<Uint8Array>;
  /** Bytes read so far of the source as it lies there (packed, if it is); comparable with `size`. */
  position(): number;
  /** Size of the source as it lies there; absent for streams. */
  readonly size?: number;
  readonly compressed: boolean;
  /** The source to be read at any place; absent for streams and for what is packed. */
  readonly file?: SourceFile;
  /** Lets go of the file or stream. May be called at any time, also twice. */
  close(): Promise<void>;
}

const CHUNK_BYTES = 256 * 1024;
const LEAST_BYTES = 4096;

/** Opens a file or stream. Throws FORMATS-101 if that can't be done; while reading FORMATS-106 and 107 for bad gzip. */
export async function openSource(
  from: { readonly path: string } | { readonly stream: Readable },
  limits: GunzipLimits = {},
): Promise<OpenSource> {
  const raw = 'path' in from ? await openFile(from.path) : openStream(from.stream);
  let position = 0;
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of raw.chunks()) {
      position += chunk.length;
      yield chunk;
    }
  }
  try {
    const start = await readHead(counted(), 3);
    const compressed = isGzip(start.head);
    const plain = compressed ? gunzipBytes(start.all(), limits) : start.all();
    const { head, whole, all } = await readHead(plain, SAMPLE_BYTES);
    return {
      sample: head.subarray(0, SAMPLE_BYTES),
      whole: whole && head.length <= SAMPLE_BYTES,
      bytes: all,
      position: () => position,
      ...(raw.size === undefined ? {} : { size: raw.size }),
      compressed,
      ...(raw.file === undefined || compressed ? {} : { file: raw.file }),
      close: raw.close,
    };
  } catch (error) {
    await raw.close();
    throw error;
  }
}

interface RawSource {
  readonly size?: number;
  readonly file?: SourceFile;
  chunks(): AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}

async function openFile(path: string): Promise<RawSource> {
  const handle = await open(path, 'r').catch((cause: NodeJS.ErrnoException) => {
    throw notOpened(path, cause);
  });
  const about = await handle.stat();
  if (about.isDirectory()) {
    await handle.close();
    throw formatsError(101, {
      detail: `${path} is a folder.`,
      hint: 'Name a file in it.',
      pointer: { file: path },
    });
  }
  let closed: Promise<void> | undefined;
  const readAt = async (position: number, length: number): Promise<Buffer> => {
    const bytes = Buffer.allocUnsafeSlow(Math.max(0, Math.min(length, about.size - position)));
    let done = 0;
    while (done < bytes.length) {
      const { bytesRead } = await handle.read(bytes, done, bytes.length - done, position + done);
      if (bytesRead === 0) break;
      done += bytesRead;
    }
    return bytes.subarray(0, done);
  };
  let reached = 0;
  return {
    ...(about.isFile() ? { size: about.size, file: { size: about.size, read: readAt } } : {}),
    async *chunks() {
      for (;;) {
        // Not more than is left, or a bit where there is more than was said.
        const left = about.isFile() ? Math.max(about.size - reached, LEAST_BYTES) : CHUNK_BYTES;
        const chunk = Buffer.allocUnsafeSlow(Math.min(CHUNK_BYTES, left));
        // Where the place can be named it is: reading elsewhere meanwhile must not move this reader.
        const { bytesRead } = await handle.read(chunk, 0, chunk.length, about.isFile() ? reached : null);
        if (bytesRead === 0) return;
        reached += bytesRead;
        yield bytesRead === chunk.length ? chunk : chunk.subarray(0, bytesRead);
      }
    },
    close: () => (closed ??= handle.close()),
  };
}

function openStream(stream: Readable): RawSource {
  return {
    async *chunks() {
      for await (const chunk of stream)
        yield typeof chunk === 'string' ? Buffer.from(chunk) : (chunk as Uint8Array);
    },
    async close() {
      stream.destroy();
    },
  };
}

function notOpened(path: string, cause: NodeJS.ErrnoException) {
  const reasons: Record<string, [string, string]> = {
    ENOENT: ['does not exist', 'Check the name and the folder it is looked for in.'],
    EACCES: ['may not be read', 'Check the rights of the file and of its folder.'],
    EPERM: ['may not be read', 'Check the rights of the file and of its folder.'],
  };
  const [what, hint] = reasons[cause.code ?? ''] ?? [`can't be opened (${cause.code})`, 'Check the path.'];
  return formatsError(101, { detail: `${path} ${what}.`, hint, pointer: { file: path }, cause });
}

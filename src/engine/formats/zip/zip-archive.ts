// A zip file's parts by name, read where they lie: guarded against archives that expand without end, hold too many entries or
// lie about their sizes. By yauzl, which reads the central directory and checks every size it states.
import { PassThrough, Readable } from 'node:stream';
import { type Entry, fromRandomAccessReader, RandomAccessReader, type ZipFile } from 'yauzl';
import { DovetailError } from '../../../foundation/errors/dovetail-error.js';
import { formatsError } from '../formats-errors.js';
import type { SourceFile } from '../table-format.js';

export interface ZipEntry {
  readonly name: string;
  /** Bytes, as the archive states them. */
  readonly size: number;
  readonly packedSize: number;
  readonly encrypted: boolean;
}

export interface ZipArchive {
  /** In the order of the archive, without folders. */
  readonly entries: readonly ZipEntry[];
  /** Upper and lower case are the same, as programs that write such files disagree about them. */
  find(name: string): ZipEntry | undefined;
  /** The unpacked bytes. Throws FORMATS-107, 120, 121. `onPacked` is told how many packed bytes were read so far. */
  read(entry: ZipEntry, onPacked?: (bytes: number) => void): AsyncIterable<Buffer>;
}

export interface ZipLimits {
  /** Default 20,000. */
  readonly maxEntries?: number;
  /** How many times its size an entry may expand to, once it expanded past `freeBytes`. Default 250. */
  readonly maxRatio?: number;
  /** Up to here the ratio is not looked at, in bytes. Default 256 MB. */
  readonly freeBytes?: number;
}

const READ_BYTES = 256 * 1024;

/** Reads the directory of a zip file. Throws FORMATS-120 if it is damaged, 122 if it holds too many entries. */
export async function openZip(file: SourceFile, limits: ZipLimits = {}): Promise<ZipArchive> {
  const zip = await openDirectory(file);
  const known = new Map<ZipEntry, Entry>();
  const byName = new Map<string, ZipEntry>();
  const maxEntries = limits.maxEntries ?? 20_000;
  try {
    if (zip.entryCount > maxEntries) throw tooMany(zip.entryCount, maxEntries);
    for await (const entry of zip.eachEntry()) {
      // yauzl goes by what is there, whatever the count in the directory says.
      if (known.size >= maxEntries) throw tooMany(known.size + 1, maxEntries);
      if (entry.fileName.endsWith('/')) continue;
      const described: ZipEntry = {
        name: entry.fileName,
        size: entry.uncompressedSize,
        packedSize: entry.compressedSize,
        encrypted: entry.isEncrypted(),
      };
      known.set(described, entry);
      const key = entry.fileName.toLowerCase();
      if (!byName.has(key)) byName.set(key, described);
    }
  } catch (error) {
    throw toZipError(error);
  }
  return {
    entries: [...known.keys()],
    find: (name) => byName.get(name.toLowerCase()),
    read: (entry, onPacked) => readEntry(zip, known.get(entry)!, limits, onPacked),
  };
}

async function* readEntry(
  zip: ZipFile,
  entry: Entry,
  limits: ZipLimits,
  onPacked: ((bytes: number) => void) | undefined,
): AsyncGenerator<Buffer> {
  if (entry.isEncrypted()) {
    throw formatsError(121, {
      detail: `${entry.fileName} in the archive is encrypted.`,
      hint: 'Unpack it with its password, and import the file inside.',
    });
  }
  const maxRatio = limits.maxRatio ?? 250;
  const freeBytes = limits.freeBytes ?? 256 * 1024 * 1024;
  const packed = Math.max(1, entry.compressedSize);
  let given = 0;
  let stream: Readable | undefined;
  try {
    stream = await zip.openReadStreamPromise(entry);
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      given += chunk.length;
      if (given > freeBytes && given > packed * maxRatio) {
        throw formatsError(107, {
          detail: `${entry.fileName} in the archive expands to more than ${maxRatio} times its size (${packed} bytes gave ${given} so far).`,
          hint: 'If the file is what it should be, unpack it, save the table as CSV and import that.',
        });
      }
      // How far the packed bytes were read is not told by the stream; by the share it is close enough for a progress bar.
      onPacked?.(Math.floor((given / Math.max(given, entry.uncompressedSize)) * entry.compressedSize));
      yield chunk;
    }
  } catch (error) {
    throw toZipError(error);
  } finally {
    stream?.destroy();
  }
}

/** yauzl's way of reading, over ours. */
class FileReader extends RandomAccessReader {
  readonly #file: SourceFile;

  constructor(file: SourceFile) {
    super();
    this.#file = file;
  }

  override _readStreamForRange(start: number, end: number): Readable {
    const file = this.#file;
    async function* chunks(): AsyncGenerator<Buffer> {
      for (let at = start; at < end; ) {
        const chunk = await file.read(at, Math.min(READ_BYTES, end - at));
        if (chunk.length === 0) return;
        at += chunk.length;
        yield chunk;
      }
    }
    const source = Readable.from(chunks(), { objectMode: false, highWaterMark: READ_BYTES });
    const out = new PassThrough({ highWaterMark: READ_BYTES });
    source.on('error', (error) => out.destroy(error));
    out.on('close', () => source.destroy());
    return source.pipe(out);
  }
}

function openDirectory(file: SourceFile): Promise<ZipFile> {
  const options = { autoClose: false, lazyEntries: true, decodeStrings: true, validateEntrySizes: true };
  return new Promise((resolve, reject) => {
    fromRandomAccessReader(new FileReader(file), file.size, options, (error, zip) => {
      if (error) reject(toZipError(error));
      else resolve(zip);
    });
  });
}

function toZipError(error: unknown): unknown {
  if (error instanceof DovetailError) return error;
  const { message, code } = error as NodeJS.ErrnoException;
  // What the disk says is not the archive's fault.
  if (code !== undefined && !code.startsWith('Z_')) return error;
  return formatsError(120, {
    detail: `The ZIP container of the file is damaged or cut off: ${message}.`,
    hint: 'Get the file again; or open it in its program and save it anew.',
    cause: error,
  });
}

function tooMany(count: number, limit: number) {
  return formatsError(122, {
    detail: `The archive holds ${count} entries or more; at most ${limit} are read.`,
    hint: 'Pack fewer files into it.',
  });
}

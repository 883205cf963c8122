// A zip file as a stream, one part after the other: what a part's size is stands behind it, so that nothing is kept. On zlib of
// Node itself; a library would want to pull where we push. PKWARE APPNOTE 6.3.10, 4.3.7 … 4.3.16.
import { once } from 'node:events';
import { crc32, createDeflateRaw, type DeflateRaw } from 'node:zlib';
import { formatsError } from '../formats-errors.js';

interface WrittenPart {
  readonly name: Buffer;
  readonly offset: number;
  crc: number;
  packed: number;
  size: number;
}

const LOCAL = 0x04034b50;
const DESCRIPTOR = 0x08074b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
/** Sizes come later; names are UTF-8. */
const FLAGS = 0x0808;
const DEFLATE = 8;
/** 1 January 1980: the same table gives the same bytes at any time. */
const DATE = 0x0021;
const FOUR_GB = 0xffffffff;

/** Fast, and within a tenth of the size of the default level for XML. */
const LEVEL = 3;

export class ZipWriter {
  readonly #parts: WrittenPart[] = [];
  #offset = 0;
  #deflate: DeflateRaw | undefined;
  #packed: Buffer[] = [];

  /** Bytes of the open part so far, unpacked. */
  get partSize(): number {
    return this.#parts.at(-1)?.size ?? 0;
  }

  /** Begins a part; the one before must have ended. */
  begin(name: string): Buffer {
    const bytes = Buffer.from(name);
    this.#parts.push({ name: bytes, offset: this.#offset, crc: 0, packed: 0, size: 0 });
    const header = Buffer.alloc(30);
    header.writeUInt32LE(LOCAL, 0);
    header.writeUInt16LE(20, 4);
    header.writeUInt16LE(FLAGS, 6);
    header.writeUInt16LE(DEFLATE, 8);
    header.writeUInt16LE(DATE, 12);
    header.writeUInt16LE(bytes.length, 26);
    this.#deflate = createDeflateRaw({ level: LEVEL, chunkSize: 64 * 1024 });
    this.#deflate.on('data', (chunk: Buffer) => this.#packed.push(chunk));
    return this.#count(Buffer.concat([header, bytes]));
  }

  async write(data: string | Buffer): Promise<Buffer> {
    const bytes = typeof data === 'string' ? Buffer.from(data) : data;
    const part = this.#parts.at(-1)!;
    part.crc = crc32(bytes, part.crc);
    part.size += bytes.length;
    await new Promise<void>((resolve, reject) => {
      this.#deflate!.write(bytes, (error) => (error ? reject(error) : resolve()));
    });
    return this.#take();
  }

  /** Ends the part. Throws FORMATS-321 once a part or the file is past 4 GB, which the old form of zip can't say. */
  async end(): Promise<Buffer> {
    const part = this.#parts.at(-1)!;
    const ended = once(this.#deflate!, 'end');
    this.#deflate!.end();
    await ended;
    const rest = this.#take();
    this.#deflate = undefined;
    if (this.#offset > FOUR_GB || part.size > FOUR_GB) throw tooLarge();
    const descriptor = Buffer.alloc(16);
    descriptor.writeUInt32LE(DESCRIPTOR, 0);
    descriptor.writeUInt32LE(part.crc, 4);
    descriptor.writeUInt32LE(part.packed, 8);
    descriptor.writeUInt32LE(part.size, 12);
    return Buffer.concat([rest, this.#count(descriptor)]);
  }

  /** A whole part at once. */
  async add(name: string, data: string | Buffer): Promise<Buffer> {
    return Buffer.concat([this.begin(name), await this.write(data), await this.end()]);
  }

  /** The directory of the parts: nothing follows it. */
  finish(): Buffer {
    const entries = this.#parts.map((part) => {
      const entry = Buffer.alloc(46);
      entry.writeUInt32LE(CENTRAL, 0);
      entry.writeUInt16LE(20, 4);
      entry.writeUInt16LE(20, 6);
      entry.writeUInt16LE(FLAGS, 8);
      entry.writeUInt16LE(DEFLATE, 10);
      entry.writeUInt16LE(DATE, 14);
      entry.writeUInt32LE(part.crc, 16);
      entry.writeUInt32LE(part.packed, 20);
      entry.writeUInt32LE(part.size, 24);
      entry.writeUInt16LE(part.name.length, 28);
      entry.writeUInt32LE(part.offset, 42);
      return Buffer.concat([entry, part.name]);
    });
    const directory = Buffer.concat(entries);
    if (this.#offset + directory.length > FOUR_GB) throw tooLarge();
    const end = Buffer.alloc(22);
    end.writeUInt32LE(END, 0);
    end.writeUInt16LE(this.#parts.length, 8);
    end.writeUInt16LE(this.#parts.length, 10);
    end.writeUInt32LE(directory.length, 12);
    end.writeUInt32LE(this.#offset, 16);
    return Buffer.concat([directory, end]);
  }

  #take(): Buffer {
    const bytes = Buffer.concat(this.#packed);
    this.#packed = [];
    this.#parts.at(-1)!.packed += bytes.length;
    return this.#count(bytes);
  }

  #count(bytes: Buffer): Buffer {
    this.#offset += bytes.length;
    return bytes;
  }
}

function tooLarge() {
  return formatsError(321, {
    detail: 'The workbook grew past 4 GB.',
    hint: 'Export a part with --where, or to CSV.',
  });
}

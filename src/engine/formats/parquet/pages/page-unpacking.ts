// Pages unpacked, by decompressors that stop where the page's header says it ends. Ours for the two simple formats, Node's own
// and zstd's (as WebAssembly: Node 20 has none) for the others. Those of `hyparquet-compressors` are not used: a crafted
// block keeps its LZ4 and its zstd (`fzstd`) in an endless loop.
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import type { Codec } from '../footer/footer-reader.js';
import { broken, tooMuch } from '../parquet-problems.js';
import { LZ4_RATIO, unpackHadoopLz4, unpackLz4 } from './lz4-block.js';
import { SNAPPY_RATIO, unpackSnappy } from './snappy-block.js';

export const MAX_PAGE_BYTES = 256 * 1024 * 1024;
/** A page of a format that knows no bounds may be as long as this, and beyond it so many times as it is packed. */
const FREE_BYTES = 16 * 1024 * 1024;
const FREE_RATIO = 1000;
/** What one byte can stand for at most, where the format has a bound. */
const RATIO: Partial<Record<Codec, number>> = {
  SNAPPY: SNAPPY_RATIO,
  LZ4: LZ4_RATIO,
  LZ4_RAW: LZ4_RATIO,
  GZIP: 1040,
};

/** `length`: the bytes it has to become. Throws FORMATS-134 if it doesn't. */
export type Unpack = (packed: Buffer, length: number) => Buffer;

export type Unpackers = Readonly<Partial<Record<Codec, Unpack>>>;

/** Loads what these codecs need. Throws FORMATS-135 for one nobody here knows. */
export async function loadUnpackers(codecs: ReadonlySet<Codec>): Promise<Unpackers> {
  const found: Partial<Record<Codec, Unpack>> = {};
  for (const codec of codecs) {
    const unpack = await loadUnpacker(codec);
    found[codec] = (packed, length) => {
      checkLength(codec, packed.length, length);
      if (length === 0) return Buffer.alloc(0);
      const unpacked = unpack(packed, length);
      if (unpacked.length !== length) throw broken('a page has another length than its header says');
      return unpacked;
    };
  }
  return found;
}

async function loadUnpacker(codec: Codec): Promise<Unpack> {
  switch (codec) {
    case 'UNCOMPRESSED':
      return (packed) => packed;
    case 'SNAPPY':
      return into(unpackSnappy);
    case 'LZ4_RAW':
      return into(unpackLz4);
    case 'LZ4':
      return into(unpackHadoopLz4);
    case 'GZIP':
      return orDamaged(codec, (packed, length) => gunzipSync(packed, { maxOutputLength: length }));
    case 'BROTLI':
      return orDamaged(codec, (packed, length) => brotliDecompressSync(packed, { maxOutputLength: length }));
    case 'ZSTD': {
      const { ZSTDDecoder } = await import('zstddec');
      const decoder = new ZSTDDecoder();
      await decoder.init();
      return orDamaged(codec, (packed, length) => toBuffer(decoder.decode(packed, length)));
    }
    default:
      throw tooMuch(`is packed by ${codec}`, 'Write it with another compression: snappy, zstd, gzip.');
  }
}

/** Before memory is taken. */
function checkLength(codec: Codec, packed: number, length: number): void {
  const ratio = RATIO[codec];
  if (codec === 'UNCOMPRESSED' ? packed !== length : ratio !== undefined && length > packed * ratio) {
    throw broken('a page is too short for what its header says');
  }
  const most = ratio === undefined ? Math.max(FREE_BYTES, packed * FREE_RATIO) : MAX_PAGE_BYTES;
  if (length > Math.min(most, MAX_PAGE_BYTES)) throw tooMuch(`has a page of ${length} bytes`);
}

/** All of the memory is written or an error thrown, so it need not be cleared. */
function into(unpack: (packed: Buffer, output: Buffer) => void): Unpack {
  return (packed, length) => {
    const output = Buffer.allocUnsafeSlow(length);
    unpack(packed, output);
    return output;
  };
}

function orDamaged(codec: Codec, unpack: Unpack): Unpack {
  return (packed, length) => {
    try {
      return unpack(packed, length);
    } catch (error) {
      throw broken(`a page packed by ${codec.toLowerCase()} is damaged`, error);
    }
  };
}

const toBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

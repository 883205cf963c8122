// Width and height of an image, read from its header and never by unpacking it: a small file can claim a picture that fills any memory.
import type { FileType } from '../../../engine/catalog/index.js';

export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

/** Reads up to `length` bytes at `position`; fewer at the end of the file. */
export type ReadAt = (position: number, length: number) => Promise<Buffer>;

/** A header that is longer than this is none that a camera or a program writes. */
const MOST_STEPS = 2_000;
const AVIF_HEADER_BYTES = 256 * 1024;

const READERS: Partial<Record<FileType, (read: ReadAt) => Promise<ImageSize | undefined>>> = {
  'image/png': async (read) => {
    const head = await read(0, 24);
    return head.toString('latin1', 12, 16) === 'IHDR' ? big(head, 16, 20) : undefined;
  },
  'image/gif': async (read) => {
    const head = await read(6, 4);
    return head.length < 4 ? undefined : { width: head.readUInt16LE(0), height: head.readUInt16LE(2) };
  },
  'image/bmp': async (read) => {
    const head = await read(18, 8);
    // A negative height says that the rows stand from the top down.
    return head.length < 8
      ? undefined
      : { width: head.readInt32LE(0), height: Math.abs(head.readInt32LE(4)) };
  },
  'image/webp': readWebp,
  'image/jpeg': readJpeg,
  'image/avif': readAvif,
};

/** True for images whose pixels are counted. */
export const hasPixels = (type: FileType): boolean => READERS[type] !== undefined;

/** Undefined where the header is damaged, or the type has no pixels. */
export async function findImageSize(type: FileType, read: ReadAt): Promise<ImageSize | undefined> {
  const size = await READERS[type]?.(read);
  return size && size.width > 0 && size.height > 0 ? size : undefined;
}

function big(bytes: Buffer, width: number, height: number): ImageSize | undefined {
  if (bytes.length < height + 4) return undefined;
  return { width: bytes.readUInt32BE(width), height: bytes.readUInt32BE(height) };
}

/** Segment after segment up to the frame header (ITU T.81, B.2.2). */
async function readJpeg(read: ReadAt): Promise<ImageSize | undefined> {
  for (let position = 2, step = 0; step < MOST_STEPS; step++) {
    const head = await read(position, 9);
    if (head.length < 4 || head[0] !== 0xff) return undefined;
    const marker = head[1]!;
    // Fill bytes before a marker.
    if (marker === 0xff) {
      position += 1;
      continue;
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) {
      return head.length < 9 ? undefined : { height: head.readUInt16BE(5), width: head.readUInt16BE(7) };
    }
    // The picture itself begins, or ends, before anything said how large it is.
    if (marker === 0xda || marker === 0xd9) return undefined;
    const standsAlone = marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);
    position += standsAlone ? 2 : 2 + head.readUInt16BE(2);
  }
  return undefined;
}

async function readWebp(read: ReadAt): Promise<ImageSize | undefined> {
  const head = await read(12, 18);
  if (head.length < 18) return undefined;
  switch (head.toString('latin1', 0, 4)) {
    case 'VP8X':
      return { width: 1 + head.readUIntLE(12, 3), height: 1 + head.readUIntLE(15, 3) };
    case 'VP8L': {
      const bits = head.readUInt32LE(9);
      return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) };
    }
    case 'VP8 ':
      return { width: head.readUInt16LE(14) & 0x3fff, height: head.readUInt16LE(16) & 0x3fff };
    default:
      return undefined;
  }
}

/** The largest of the spatial extents (ISO/IEC 23008-12, 6.5.3) that the header states. */
async function readAvif(read: ReadAt): Promise<ImageSize | undefined> {
  const head = await read(0, AVIF_HEADER_BYTES);
  let largest: ImageSize | undefined;
  for (let at = head.indexOf('ispe', 0, 'latin1'); at >= 0; at = head.indexOf('ispe', at + 4, 'latin1')) {
    const size = big(head, at + 8, at + 12);
    if (size && size.width * size.height > (largest ? largest.width * largest.height : 0)) largest = size;
  }
  return largest;
}

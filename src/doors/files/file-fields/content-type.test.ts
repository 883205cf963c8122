import { describe, expect, it } from 'vitest';
import { avif, gif, jpeg, PDF, png, SVG, webp } from '../../../../test/import/file-fields/pictures.js';
import { ENDINGS, findContentType, findTypeByEnding } from './content-type.js';
import { findImageSize, type ReadAt } from './image-size.js';

const readerOf =
  (bytes: Buffer): ReadAt =>
  async (position, length) =>
    bytes.subarray(position, position + length);

/** The headers of a lossy and a lossless WebP. */
const lossy = Buffer.from('RIFF\x16\0\0\0WEBPVP8 \x0a\0\0\0\0\0\0\x9d\x01\x2a\x40\x01\xf0\0\0\0', 'latin1');
const lossless = Buffer.from('RIFF\x16\0\0\0WEBPVP8L\x0a\0\0\0\x2f\x3f\xc1\x3b\0\0\0\0\0\0', 'latin1');

function bmp(width: number, height: number): Buffer {
  const out = Buffer.alloc(54);
  out.write('BM');
  out.writeUInt32LE(40, 14);
  out.writeInt32LE(width, 18);
  out.writeInt32LE(height, 22);
  return out;
}

describe('the type of a file', () => {
  it.each([
    ['image/jpeg', jpeg(3, 4)],
    ['image/png', png()],
    ['image/gif', gif(3, 4)],
    ['image/webp', webp(3, 4)],
    ['image/avif', avif(3, 4)],
    ['image/bmp', bmp(3, 4)],
    ['image/svg+xml', SVG],
    ['image/svg+xml', Buffer.from('\ufeff<!DOCTYPE svg PUBLIC "x" "y">\n<s:svg xmlns:s="x"/>')],
    ['application/pdf', PDF],
    ['application/zip', Buffer.from('PK\x03\x04')],
    ['video/mp4', Buffer.from('\0\0\0\x20ftypisom\0\0\x02\0')],
  ])('%s is known by its content', (type, bytes) => {
    expect(findContentType(bytes)).toBe(type);
  });

  it.each([
    '',
    'BM is how some texts begin',
    '<html><svg></svg></html>',
    '<svgfoo>',
    '<!-- never ends',
    '\x7fELF',
    '#!/bin/sh',
    'GIF88a',
    'RIFF\0\0\0\0WAVE',
  ])('%j is none', (text) => {
    expect(findContentType(Buffer.from(text, 'latin1'))).toBeUndefined();
  });

  it('is told by the endings we give', () => {
    for (const [type, ending] of Object.entries(ENDINGS))
      expect(findTypeByEnding(`ab/c.${ending}`)).toBe(type);
    expect(findTypeByEnding('ab/c.exe')).toBeUndefined();
  });
});

describe('the size of an image', () => {
  it.each([
    ['image/jpeg', jpeg(320, 240), 320, 240],
    ['image/png', png(0, { width: 70_000, height: 5 }), 70_000, 5],
    ['image/gif', gif(320, 240), 320, 240],
    ['image/webp', webp(16_000, 240), 16_000, 240],
    ['image/webp', lossy, 320, 240],
    ['image/webp', lossless, 320, 240],
    ['image/avif', avif(320, 240), 320, 240],
    ['image/bmp', bmp(320, -240), 320, 240],
  ] as const)('%s: by its header', async (type, bytes, width, height) => {
    expect(await findImageSize(type, readerOf(bytes))).toEqual({ width, height });
  });

  it('is unknown where the header is cut off or damaged, at any byte', async () => {
    for (const [type, bytes] of [
      ['image/jpeg', jpeg(3, 4).subarray(0, 6020)],
      ['image/png', png()],
      ['image/gif', gif(3, 4)],
      ['image/webp', webp(3, 4)],
      ['image/avif', avif(3, 4)],
      ['image/bmp', bmp(3, 4)],
    ] as const) {
      for (let length = 0; length < Math.min(bytes.length, 60); length++) {
        const size = await findImageSize(type, readerOf(bytes.subarray(0, length)));
        if (size) expect(size.width * size.height, `${type} at ${length}`).toBeGreaterThan(0);
      }
    }
    // Segment after segment that says nothing: given up.
    const endless: ReadAt = async (_position, length) =>
      Buffer.from('\xff\xe1\0\x02'.repeat(3), 'latin1').subarray(0, length);
    expect(await findImageSize('image/jpeg', endless)).toBeUndefined();
  });
});

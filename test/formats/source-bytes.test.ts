// Opening a source: nothing lost by looking at it, gzip unpacked, bombs and damage refused.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { openSource } from '../../src/engine/formats/source-bytes.js';
import { inChunks } from './read-table.js';

const folder = mkdtempSync(join(tmpdir(), 'dovetail-source-'));
afterAll(() => rmSync(folder, { recursive: true }));

const long = Buffer.from(Array.from({ length: 60_000 }, (_, i) => `${i},${i * 7919}\n`).join(''));

async function readAll(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of bytes) parts.push(part);
  return Buffer.concat(parts);
}

function file(name: string, bytes: Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

describe('a source', () => {
  it.each([
    ['a short file', Buffer.from('a,b\n1,2\n')],
    ['a long file', long],
    ['an empty file', Buffer.alloc(0)],
    ['a file of one byte', Buffer.from('x')],
  ])('%s is read whole after its beginning was looked at, packed or not', async (name, bytes) => {
    for (const packed of [false, true]) {
      const path = file(`${name}${packed}`, packed ? gzipSync(bytes) : bytes);
      const source = await openSource({ path });
      expect(source.sample.equals(bytes.subarray(0, 256 * 1024))).toBe(true);
      expect(source.whole).toBe(bytes.length <= 256 * 1024);
      expect(source.compressed).toBe(packed);
      expect((await readAll(source.bytes())).equals(bytes)).toBe(true);
      expect(source.position()).toBe(source.size);
      await source.close();
      await source.close();
    }
  });

  it('may be a stream of any chunking, of several gzip members too', async () => {
    const packed = Buffer.concat([gzipSync(long), gzipSync(Buffer.from('end\n'))]);
    const source = await openSource({ stream: Readable.from(inChunks(packed, 7)) });
    expect(source.size).toBeUndefined();
    expect((await readAll(source.bytes())).equals(Buffer.concat([long, Buffer.from('end\n')]))).toBe(true);
    await source.close();
  });

  it('can be let go of before it was read', async () => {
    const source = await openSource({ path: file('unread.gz', gzipSync(long)) });
    await source.close();
    expect(source.sample.length).toBe(256 * 1024);
  });

  it('that is not there, or a folder, is refused by name', async () => {
    await expect(openSource({ path: join(folder, 'nothing') })).rejects.toMatchObject({
      code: 'FORMATS-101',
    });
    await expect(openSource({ path: folder })).rejects.toMatchObject({ code: 'FORMATS-101' });
  });

  it('whose gzip is cut or damaged is refused', async () => {
    const packed = gzipSync(long);
    const cut = await openSource({ path: file('cut.gz', packed.subarray(0, packed.length - 20)) });
    await expect(readAll(cut.bytes())).rejects.toMatchObject({ code: 'FORMATS-106' });
    await cut.close();
    const damaged = Buffer.from(packed);
    damaged.fill(0xff, 100, 120);
    const open = openSource({ path: file('damaged.gz', damaged) }).then((source) => readAll(source.bytes()));
    await expect(open).rejects.toMatchObject({ code: 'FORMATS-106' });
  });

  it('that expands without end is stopped', async () => {
    const bomb = gzipSync(Buffer.alloc(8 * 1024 * 1024, 97));
    const source = await openSource(
      { path: file('bomb.gz', bomb) },
      { maxRatio: 250, freeBytes: 1024 * 1024 },
    );
    await expect(readAll(source.bytes())).rejects.toMatchObject({ code: 'FORMATS-107' });
    await source.close();
  });
});

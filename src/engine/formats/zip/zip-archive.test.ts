import { describe, expect, it } from 'vitest';
import type { SourceFile } from '../table-format.js';
import { openZip, type ZipLimits } from './zip-archive.js';
import { ZipWriter } from './zip-writer.js';

async function zipOf(parts: Readonly<Record<string, string>>): Promise<Buffer> {
  const zip = new ZipWriter();
  const pieces: Buffer[] = [];
  for (const [name, content] of Object.entries(parts)) pieces.push(await zip.add(name, content));
  return Buffer.concat([...pieces, zip.finish()]);
}

const fileOf = (bytes: Buffer): SourceFile => ({
  size: bytes.length,
  read: async (position, length) => Buffer.from(bytes.subarray(position, position + length)),
});

async function readAll(bytes: Buffer, name: string, limits: ZipLimits = {}): Promise<string> {
  const zip = await openZip(fileOf(bytes), limits);
  const parts: Buffer[] = [];
  for await (const part of zip.read(zip.find(name)!)) parts.push(part);
  return Buffer.concat(parts).toString();
}

describe('a zip file', () => {
  it('gives back the parts that were written, whatever the case of their names', async () => {
    const long = 'äöü '.repeat(100_000);
    const bytes = await zipOf({ 'a.txt': 'one', 'Folder/Ünï.txt': long, 'empty.txt': '' });
    expect(await readAll(bytes, 'A.TXT')).toBe('one');
    expect(await readAll(bytes, 'folder/ünï.txt')).toBe(long);
    expect(await readAll(bytes, 'empty.txt')).toBe('');
    expect((await openZip(fileOf(bytes))).entries.map(({ size }) => size)).toEqual([
      3,
      Buffer.byteLength(long),
      0,
    ]);
  });

  it('that expands too far is refused while it does', async () => {
    const bytes = await zipOf({ 'a.txt': 'a'.repeat(1_000_000) });
    await expect(readAll(bytes, 'a.txt', { maxRatio: 10, freeBytes: 10_000 })).rejects.toMatchObject({
      code: 'FORMATS-107',
    });
  });

  it('with too many parts, paths out of it, or a damaged directory is refused', async () => {
    const many = await zipOf({ a: '1', b: '2', c: '3' });
    await expect(openZip(fileOf(many), { maxEntries: 2 })).rejects.toMatchObject({ code: 'FORMATS-122' });
    for (const name of ['../a', '/etc/passwd', 'C:\\a'])
      await expect(openZip(fileOf(await zipOf({ [name]: 'x' })))).rejects.toMatchObject({
        code: 'FORMATS-120',
      });
    for (const cut of [10, 40, many.length - 25, many.length - 1])
      await expect(openZip(fileOf(many.subarray(0, cut)))).rejects.toMatchObject({ code: 'FORMATS-120' });
  });

  it('whose data or sizes lie is refused', async () => {
    const bytes = await zipOf({ a: 'hello hello hello' });
    const damaged = Buffer.from(bytes);
    damaged.fill(0xff, 31, 40);
    await expect(readAll(damaged, 'a')).rejects.toMatchObject({ code: 'FORMATS-120' });
    const lying = Buffer.from(bytes);
    lying.writeUInt32LE(3, bytes.length - 22 - 47 + 24);
    await expect(readAll(lying, 'a')).rejects.toMatchObject({ code: 'FORMATS-120' });
  });

  it('that is encrypted says so', async () => {
    const bytes = await zipOf({ a: 'secret' });
    bytes.writeUInt16LE(0x0809, bytes.length - 22 - 47 + 8);
    await expect(readAll(bytes, 'a')).rejects.toMatchObject({ code: 'FORMATS-121' });
  });
});

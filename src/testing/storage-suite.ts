// The published suite for authors of storages: holds one to the contract of `engine/storage/storage.ts`.
import assert from 'node:assert/strict';
import type { Storage, StoredFile } from '../engine/storage/storage.js';

export interface StorageCase {
  readonly name: string;
  /** Rejects where the storage breaks its contract. */
  readonly check: () => Promise<void>;
}

/** `open` gives an empty storage each time; the suite closes it. Hand each case to the test runner of your choice. */
export function listStorageCases(open: () => Promise<Storage>): readonly StorageCase[] {
  const each = (name: string, work: (storage: Storage) => Promise<void>): StorageCase => ({
    name,
    async check() {
      const storage = await open();
      try {
        await work(storage);
      } finally {
        await storage.close();
      }
    },
  });
  return [
    each('gives back what was put, whatever the bytes', async (storage) => {
      const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, i) => (i * 31) % 256));
      const put = await storage.put('a/b/c.bin', inBlocks(bytes, 777));
      assert.equal(put.size, bytes.length);
      assert.equal(put.path, 'a/b/c.bin');
      assert.deepEqual(await readAll(storage, 'a/b/c.bin'), bytes);
      assert.equal((await storage.stat('a/b/c.bin'))?.size, bytes.length);
    }),
    each('takes a file without bytes, and names that are no ASCII', async (storage) => {
      await storage.put('leer/Grüße & mehr (1).csv', inBlocks(Buffer.alloc(0), 1));
      assert.equal((await readAll(storage, 'leer/Grüße & mehr (1).csv')).length, 0);
      assert.deepEqual(await pathsOf(storage, 'leer/'), ['leer/Grüße & mehr (1).csv']);
    }),
    each('lists by prefix, sorted, folders themselves left out', async (storage) => {
      for (const path of ['in/b.csv', 'in/a.csv', 'in/deep/c.csv', 'inbox.csv', 'out/a.csv']) {
        await storage.put(path, inBlocks(Buffer.from('x'), 1));
      }
      assert.deepEqual((await pathsOf(storage, 'in/')).toSorted(), ['in/a.csv', 'in/b.csv', 'in/deep/c.csv']);
      assert.deepEqual((await pathsOf(storage, 'in')).length, 4);
      assert.deepEqual((await pathsOf(storage, '')).length, 5);
      assert.deepEqual(await pathsOf(storage, 'nowhere/'), []);
    }),
    each('replaces a file of the same path', async (storage) => {
      await storage.put('a.txt', inBlocks(Buffer.from('the long one before'), 4));
      await storage.put('a.txt', inBlocks(Buffer.from('after'), 4));
      assert.equal(String(await readAll(storage, 'a.txt')), 'after');
      assert.deepEqual(await pathsOf(storage, ''), ['a.txt']);
    }),
    each('leaves nothing of a put that failed, and what was there before', async (storage) => {
      await storage.put('kept.txt', inBlocks(Buffer.from('before'), 6));
      async function* broken(): AsyncGenerator<Uint8Array> {
        yield Buffer.alloc(100_000, 'x');
        throw new Error('the source broke');
      }
      await assert.rejects(storage.put('new.txt', broken()), /the source broke/);
      await assert.rejects(storage.put('kept.txt', broken()), /the source broke/);
      assert.equal(await storage.stat('new.txt'), undefined);
      assert.equal(String(await readAll(storage, 'kept.txt')), 'before');
      assert.deepEqual(await pathsOf(storage, ''), ['kept.txt']);
    }),
    each('deletes, and does not mind if there is nothing', async (storage) => {
      await storage.put('a/x.txt', inBlocks(Buffer.from('x'), 1));
      await storage.delete('a/x.txt');
      await storage.delete('a/x.txt');
      assert.equal(await storage.stat('a/x.txt'), undefined);
      assert.equal(await storage.stat('a'), undefined);
    }),
    each('says that a file is missing', async (storage) => {
      await assert.rejects(storage.get('missing.txt'), { code: 'STORAGE-102' });
      assert.equal(await storage.stat('missing.txt'), undefined);
    }),
    each('lets no path lead out', async (storage) => {
      for (const path of ['../x', 'a/../../x', '/etc/passwd', '', 'a\\..\\x', 'a\0b']) {
        await assert.rejects(storage.get(path), { code: 'STORAGE-101' }, path);
        await assert.rejects(storage.put(path, inBlocks(Buffer.from('x'), 1)), { code: 'STORAGE-101' }, path);
        await assert.rejects(storage.delete(path), { code: 'STORAGE-101' }, path);
      }
    }),
    each('takes a file larger than any buffer', async (storage) => {
      const block = Buffer.alloc(1 << 20, 'dovetail');
      async function* blocks(): AsyncGenerator<Uint8Array> {
        for (let i = 0; i < 12; i++) yield block;
      }
      await storage.put('large.bin', blocks());
      let size = 0;
      for await (const chunk of await storage.get('large.bin')) size += (chunk as Buffer).length;
      assert.equal(size, 12 * block.length);
    }),
  ];
}

async function* inBlocks(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function readAll(storage: Storage, path: string): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of await storage.get(path)) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

async function pathsOf(storage: Storage, prefix: string): Promise<readonly string[]> {
  const files: StoredFile[] = [];
  for await (const file of storage.list(prefix)) files.push(file);
  return files.map((file) => file.path);
}

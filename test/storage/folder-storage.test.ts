// A folder as a storage: the published suite, and links that lead out.
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openFolder } from '../../src/engine/storage/folder/folder-storage.js';
import { listStorageCases } from '../../src/testing/storage-suite.js';

const top = mkdtempSync(join(tmpdir(), 'dovetail-storage-'));
afterAll(() => rmSync(top, { recursive: true, force: true }));
let made = 0;
const newRoot = () => join(top, `root-${++made}`);

describe('a folder keeps the contract of a storage', () => {
  it.each(listStorageCases(async () => openFolder(newRoot())))('$name', ({ check }) => check());
});

describe('a folder with links in it', () => {
  const root = newRoot();
  const outside = newRoot();
  mkdirSync(join(root, 'in'), { recursive: true });
  mkdirSync(outside);
  writeFileSync(join(outside, 'secret.csv'), 'secret');
  writeFileSync(join(root, 'in', 'own.csv'), 'own');
  symlinkSync(join(outside, 'secret.csv'), join(root, 'in', 'file-out.csv'));
  symlinkSync(outside, join(root, 'in', 'folder-out'));
  symlinkSync(join(root, 'in'), join(root, 'in', 'circle'));
  symlinkSync(join(root, 'in', 'own.csv'), join(root, 'in', 'inside.csv'));
  const storage = openFolder(root);

  it('shows and reads only what stays inside', async () => {
    const paths: string[] = [];
    for await (const file of storage.list('')) paths.push(file.path);
    expect(paths).toEqual(['in/inside.csv', 'in/own.csv']);
    for (const path of ['in/file-out.csv', 'in/folder-out/secret.csv']) {
      await expect(storage.get(path)).rejects.toMatchObject({ code: 'STORAGE-101' });
      await expect(storage.stat(path)).rejects.toMatchObject({ code: 'STORAGE-101' });
      await expect(storage.delete(path)).rejects.toMatchObject({ code: 'STORAGE-101' });
    }
  });

  it('writes nothing through them', async () => {
    async function* bytes() {
      yield Buffer.from('x');
    }
    await expect(storage.put('in/folder-out/new.csv', bytes())).rejects.toMatchObject({
      code: 'STORAGE-101',
    });
    await expect(storage.put('in/folder-out/deep/new.csv', bytes())).rejects.toMatchObject({
      code: 'STORAGE-101',
    });
    expect(readdirSync(outside)).toEqual(['secret.csv']);
  });
});

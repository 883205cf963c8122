import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readMasterKey } from './master-key.js';
import { createSeal, deriveKey } from './seal.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'dovetail-key-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const given = (text: string) => () =>
  readMasterKey({ env: { DOVETAIL_MASTER_KEY: text }, dataFolder: folder });

describe('the master key', () => {
  it('is made once, in a file that only its owner may read', () => {
    const dataFolder = join(folder, 'data');
    const key = readMasterKey({ env: {}, dataFolder });
    expect(key).toHaveLength(32);
    expect(readMasterKey({ env: {}, dataFolder })).toEqual(key);
    const file = join(dataFolder, 'master.key');
    if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8').trim()).toBe(key.toString('base64'));
  });

  it('comes from the environment first', () => {
    const text = Buffer.alloc(32, 5).toString('base64');
    expect(given(text)()).toEqual(Buffer.alloc(32, 5));
  });

  it('is refused where it is none, without being shown', () => {
    for (const text of ['short', 'x'.repeat(42), Buffer.alloc(31).toString('base64'), 'ä'.repeat(44)])
      expect(given(text)).toThrow(/SECRETS-101/);
    expect(given('short-but-secret')).not.toThrow(/short-but-secret/);
    const broken = join(folder, 'broken');
    writeFileSync(join(folder, 'master.key'), 'nothing');
    expect(() => readMasterKey({ env: {}, dataFolder: folder })).toThrow(/SECRETS-101/);
    writeFileSync(broken, '');
    expect(() => readMasterKey({ env: {}, dataFolder: broken })).toThrow(/SECRETS-102/);
  });
});

describe('a sealed secret', () => {
  const seal = createSeal(Buffer.alloc(32, 1));

  it('is opened in its own place under its own key only, and not if it was changed', () => {
    const sealed = seal.close('geheim', 'table 1');
    expect(sealed.includes('geheim')).toBe(false);
    expect(seal.find(sealed, 'table 1')).toBe('geheim');
    expect(seal.find(sealed, 'table 2')).toBeUndefined();
    expect(createSeal(Buffer.alloc(32, 2)).find(sealed, 'table 1')).toBeUndefined();
    sealed[sealed.length - 1]! ^= 1;
    expect(seal.find(sealed, 'table 1')).toBeUndefined();
    expect(seal.find(Buffer.alloc(5), 'table 1')).toBeUndefined();
  });

  it('differs each time, and keys of two purposes have nothing in common', () => {
    expect(seal.close('x', 'p')).not.toEqual(seal.close('x', 'p'));
    expect(deriveKey(Buffer.alloc(32, 1), 'a')).not.toEqual(deriveKey(Buffer.alloc(32, 1), 'b'));
  });
});

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readConfig } from './config-file.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dovetail-config-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, content: string): string {
  const file = join(folder, name);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, content);
  return file;
}

describe('the configuration file', () => {
  it('is TypeScript, with imports of its own and types', async () => {
    write('entities/product.ts', `export const product: { label: string } = { label: 'Article' };`);
    const file = write(
      'dovetail.config.ts',
      `import { product } from './entities/product.ts';
       enum Kind { A = 'a' }
       export default { schemas: { include: ['public'] as const }, entities: { product, other: { label: Kind.A } } } satisfies object;`,
    );
    expect(await readConfig({ folder })).toEqual({
      file,
      config: {
        schemas: { include: ['public'] },
        entities: { product: { label: 'Article' }, other: { label: 'a' } },
      },
    });
  });

  it.each([
    ['dovetail.config.js', `export default { dataFolder: 'x' };`],
    ['dovetail.config.js', `module.exports = { default: { dataFolder: 'x' } };`],
    ['dovetail.config.mjs', `export default { dataFolder: 'x' };`],
    ['dovetail.config.json', `\uFEFF{ "dataFolder": "x" }`],
  ])('may be %s: %s', async (name, content) => {
    write(name, content);
    expect((await readConfig({ folder })).config).toEqual({ dataFolder: 'x' });
  });

  it('gives hooks as functions', async () => {
    write(
      'dovetail.config.ts',
      `export default { entities: { a: { beforeWrite(batch: unknown) { return 7; } } } };`,
    );
    const { config } = await readConfig({ folder });
    const override = config.entities?.['a'] as { beforeWrite(): number };
    expect(override.beforeWrite()).toBe(7);
  });

  it('is found in a folder above, the nearest first', async () => {
    write('dovetail.config.json', '{"dataFolder":"above"}');
    mkdirSync(join(folder, 'a', 'b'), { recursive: true });
    expect((await readConfig({ folder: join(folder, 'a', 'b') })).config.dataFolder).toBe('above');
    write('a/dovetail.config.json', '{"dataFolder":"near"}');
    expect((await readConfig({ folder: join(folder, 'a', 'b') })).config.dataFolder).toBe('near');
  });

  it('may be named', async () => {
    write('other.ts', `export default { dataFolder: 'other' };`);
    expect((await readConfig({ folder, file: 'other.ts' })).config.dataFolder).toBe('other');
  });

  it('need not be there', async () => {
    expect(await readConfig({ folder })).toEqual({ config: {} });
  });

  it('may import the package by name without having it installed', async () => {
    const entry = write('entry.ts', 'export const defineConfig = (config: unknown) => config;');
    write(
      'project/dovetail.config.ts',
      `import { defineConfig } from 'dovetail'; export default defineConfig({ dataFolder: 'd' });`,
    );
    expect((await readConfig({ folder: join(folder, 'project'), entry })).config.dataFolder).toBe('d');
  });

  it('may say who may call the API from a browser, and how often', async () => {
    const api = {
      origins: ['https://app.example.org', 'http://localhost:5173'],
      rateLimit: { requests: 0, seconds: 1 },
    };
    write('dovetail.config.json', JSON.stringify({ api }));
    expect((await readConfig({ folder })).config).toEqual({ api });
  });

  it('counts anew at each reading', async () => {
    write('dovetail.config.ts', `export default { dataFolder: 'one' };`);
    await readConfig({ folder });
    write('dovetail.config.ts', `export default { dataFolder: 'two' };`);
    expect((await readConfig({ folder })).config.dataFolder).toBe('two');
  });
});

describe('a configuration file that is wrong', () => {
  it.each([
    [
      'dovetail.config.json',
      '{"datafolder": "x"}',
      'CONFIG-104',
      'datafolder: no such setting',
      "Did you mean 'dataFolder'?",
    ],
    [
      'dovetail.config.json',
      '{"schemas": {"include": "public"}}',
      'CONFIG-104',
      'schemas.include: expected a list',
      undefined,
    ],
    [
      'dovetail.config.json',
      '{"api": {"origins": ["https://app.example.org/"]}}',
      'CONFIG-104',
      'api.origins[0]: expected an origin',
      "Did you mean 'https://app.example.org'?",
    ],
    [
      'dovetail.config.json',
      '{"api": {"rateLimit": {"seconds": 0}}}',
      'CONFIG-104',
      'api.rateLimit.seconds: expected seconds, from 1',
      undefined,
    ],
    ['dovetail.config.json', '{"entities": []}', 'CONFIG-104', 'entities: expected an object', undefined],
    ['dovetail.config.json', '{', 'CONFIG-103', 'is no JSON', undefined],
    [
      'dovetail.config.ts',
      'export const config = {};',
      'CONFIG-104',
      'expected an object, got nothing',
      undefined,
    ],
    ['dovetail.config.ts', 'export default {', 'CONFIG-103', "can't be loaded", expect.any(String)],
    ['dovetail.config.ts', `throw new Error('boom')`, 'CONFIG-103', 'boom', expect.any(String)],
    [
      'dovetail.config.ts',
      `import './missing.js'; export default {}`,
      'CONFIG-103',
      'missing.js',
      expect.any(String),
    ],
  ])('is refused, and the place named: %s %s', async (name, content, code, detail, hint) => {
    const file = write(name, content);
    await expect(readConfig({ folder })).rejects.toMatchObject({
      code,
      detail: expect.stringContaining(detail),
      pointer: { file },
      ...(hint === undefined ? {} : { hint }),
    });
  });

  it('does not show a connection string, which may hold a password', async () => {
    write('dovetail.config.json', '{"databaseUrl": "mysql://u:hush@h/d"}');
    const error = await readConfig({ folder }).catch((reason: Error) => reason);
    expect(String(error)).toContain('postgres://');
    expect(JSON.stringify(error) + String(error)).not.toContain('hush');
  });

  it('is missed when it was named', async () => {
    await expect(readConfig({ folder, file: 'gone.ts' })).rejects.toMatchObject({ code: 'CONFIG-101' });
  });

  it('is not chosen among several', async () => {
    write('dovetail.config.ts', 'export default {}');
    write('dovetail.config.json', '{}');
    await expect(readConfig({ folder })).rejects.toMatchObject({ code: 'CONFIG-102' });
  });
});

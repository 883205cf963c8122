import { describe, expect, it } from 'vitest';
import type { ExportCall } from '../../src/doors/files/files-services.js';
import { appWith, runOnStage } from './cli-stage.js';

describe('export', () => {
  it('hands its options to the door, the format by the name of the file', async () => {
    const calls: ExportCall[] = [];
    const createApp = appWith({
      export: async (call) => {
        calls.push(call);
        return {
          entity: 'product',
          rows: 1,
          bytes: 2048,
          seconds: 0.1,
          columns: ['sku'],
          file: '/work/p.ndjson',
        };
      },
    });
    const argv = [
      'export',
      'product',
      '-o',
      'p.ndjson.gz',
      '-w',
      'price >= 10',
      '-f',
      'sku,brand.name',
      '--full',
      '--formula-safe',
    ];
    const ran = await runOnStage(argv, { createApp, cwd: '/work' });
    expect(calls[0]).toMatchObject({
      entity: 'product',
      target: { path: '/work/p.ndjson.gz' },
      format: 'ndjson',
      where: 'price >= 10',
      fields: ['sku', 'brand.name'],
      full: true,
      formatOptions: { formulaSafe: true },
    });
    expect(ran.stdout).toContain('1 record of product, 2.0 kB');
  });

  it('to standard output writes nothing but the records there', async () => {
    const createApp = appWith({
      export: async (call) => {
        if ('stream' in call.target) call.target.stream.write('sku\nA-1\n');
        return { entity: 'product', rows: 1, bytes: 8, seconds: 0.1, columns: ['sku'] };
      },
    });
    const ran = await runOnStage(['export', 'product'], { createApp });
    expect(ran).toMatchObject({ code: 0, stdout: 'sku\nA-1\n' });
    expect(ran.stderr).toContain('1 record of product');
  });

  it('takes the entity from the mapping, where nothing else names one', async () => {
    const calls: ExportCall[] = [];
    const createApp = appWith({
      checkMapping: async ({ mappingName }) => ({
        name: mappingName!,
        entity: 'product',
        problems: [],
        importOnly: [],
        unmatched: [],
        warnings: [],
      }),
      export: async (call) => {
        calls.push(call);
        return { entity: 'product', rows: 1, bytes: 8, seconds: 0.1, columns: ['sku'] };
      },
    });
    const ran = await runOnStage(['export', '-m', 'prices'], { createApp, cwd: '/work' });
    expect(ran.code).toBe(0);
    expect(calls).toMatchObject([
      { entity: 'product', mapping: '/work/prices', mappingName: 'prices', format: 'csv' },
    ]);
    const nothing = await runOnStage(['export'], { createApp });
    expect(nothing).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('an entity, a mapping, --all'),
    });
  });
});

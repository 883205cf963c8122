import { describe, expect, it } from 'vitest';
import type { ArchiveExportCall } from '../../src/doors/files/files-services.js';
import type { ImportCall } from '../../src/doors/files/import/import-call.js';
import { appWith, runOnStage } from './cli-stage.js';

const garbage = {
  files: 12,
  bytes: 4096,
  storages: [{ storage: 'media', files: 12, bytes: 4096, first: ['ab/cd.png'] }],
  goneFields: ['public.old.picture'],
};

function stage(found: Partial<typeof garbage> = {}) {
  const calls: boolean[] = [];
  const createApp = appWith({
    pruneFieldFiles: async (dryRun) => {
      calls.push(dryRun);
      return { ...garbage, ...found, dryRun };
    },
  });
  return { calls, createApp };
}

describe('files prune', () => {
  it('only looks, and says what it found where', async () => {
    const { calls, createApp } = stage();
    const ran = await runOnStage(['files', 'prune'], { createApp });
    expect(ran.code).toBe(0);
    expect(ran.stdout).toContain('Named by no record: 12 files (4.1 kB)');
    expect(ran.stdout).toContain('ab/cd.png');
    expect(ran.stdout).toContain('public.old.picture is gone');
    expect(calls).toEqual([true]);
  });

  it('removes only what somebody agreed to', async () => {
    const asked = stage();
    expect((await runOnStage(['files', 'prune', '--remove'], asked)).code).toBe(8);
    expect(asked.calls).toEqual([true]);
    const agreed = stage();
    const ran = await runOnStage(['files', 'prune', '--remove', '--yes'], agreed);
    expect(ran.stdout).toContain('Removed: 12 files');
    expect(agreed.calls).toEqual([true, false]);
  });

  it('asks nobody where there is nothing to remove', async () => {
    const { calls, createApp } = stage({ files: 0, storages: [] });
    const ran = await runOnStage(['files', 'prune', '--remove'], { createApp });
    expect(ran).toMatchObject({ code: 0, stdout: expect.stringContaining('Every kept file is named') });
    expect(calls).toEqual([true]);
  });
});

describe('files on their way in and out', () => {
  it('are looked for where --files-from says', async () => {
    const calls: ImportCall[] = [];
    const createApp = appWith({
      import: async (call) => {
        calls.push(call);
        throw new Error('seen');
      },
    });
    await runOnStage(['import', '-', '-e', 'product', '--files-from', 'pics'], { createApp, cwd: '/work' });
    expect(calls[0]).toMatchObject({ filesFrom: '/work/pics' });
  });

  it('go along into a zip file only', async () => {
    const calls: ArchiveExportCall[] = [];
    const createApp = appWith({
      exportArchive: async (call) => {
        calls.push(call);
        const one = { entities: [], left: [], rows: 3, bytes: 9, seconds: 0.1, file: '/work/shop.zip' };
        return { ...one, files: { count: 2, missing: 1 } };
      },
    });
    const ran = await runOnStage(['export', 'product', '-o', 'shop.zip', '--with-files'], {
      createApp,
      cwd: '/work',
    });
    expect(calls[0]).toMatchObject({ withFiles: true });
    expect(ran.stdout).toContain('2 files beside the tables');
    expect(ran.stdout).toContain('1 file that the storages no longer have');
    const refused = await runOnStage(['export', 'product', '-o', 'p.csv', '--with-files'], { createApp });
    expect(refused.code).toBe(2);
  });
});

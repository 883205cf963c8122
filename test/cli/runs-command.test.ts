// `dovetail runs`, held against a door that answers as told.
import { describe, expect, it } from 'vitest';
import { NO_COUNTS } from '../../src/engine/pipeline/run.js';
import { appWith, runOnStage } from './cli-stage.js';

describe('runs', () => {
  it('lists them newest first, one line each, within the width of the terminal', async () => {
    const run = (id: string) => ({
      id,
      kind: 'import' as const,
      entity: 'product',
      title: `${'a very long name of a file '.repeat(5)}.csv`,
      state: 'completed' as const,
      phase: 'done' as const,
      interrupted: false,
      settings: {},
      origin: {},
      counters: NO_COUNTS,
      cancelRequested: false,
      createdAt: new Date(2026, 0, 2, 3, 4, 5),
    });
    const createApp = appWith({ readRuns: async () => [run('2'), run('1')] });
    const ran = await runOnStage(['runs'], { createApp, terminal: 100, env: { NO_COLOR: '1' } });
    const lines = ran.stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(3);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(100);
    expect(lines[1]).toContain('2026-01-02 03:04:05');
    const wide = await runOnStage(['runs'], { createApp });
    expect(wide.stdout).toContain('a very long name of a file '.repeat(5));
  });

  it.each([
    ['requested', 'stops at the end of its chunk'],
    ['cancelled', 'is cancelled'],
    ['over', 'already over'],
  ] as const)('cancel says what came of it: %s', async (outcome, says) => {
    const ran = await runOnStage(['runs', 'cancel', '7'], {
      createApp: appWith({ cancelRun: async () => outcome }),
    });
    expect(ran).toMatchObject({ code: 0 });
    expect(ran.stdout).toContain(says);
  });

  it('errors --failed-rows writes the file and says how many', async () => {
    const createApp = appWith({ writeFailedRows: async (_id, file) => ({ rows: 3, file }) });
    const ran = await runOnStage(['runs', 'errors', '7', '--failed-rows', 'bad.csv'], {
      createApp,
      cwd: '/work',
    });
    expect(ran.stdout).toBe('3 failed rows written to /work/bad.csv\n');
  });
});

// What `runs undo` asks, and hands to the door.
import { describe, expect, it } from 'vitest';
import type { RunReport } from '../../src/doors/files/import/run-report.js';
import { NO_COUNTS } from '../../src/engine/pipeline/run.js';
import { appWith, runOnStage } from './cli-stage.js';

describe('runs undo', () => {
  const outlook = {
    run: '12',
    entity: 'product',
    title: 'products.csv',
    inserted: 1_000,
    updated: 20,
    deleted: 0,
    warnings: [],
  };
  const report: RunReport = {
    run: '13',
    kind: 'undo',
    entity: 'product',
    title: 'undo of run 12',
    undoes: '12',
    state: 'completed_with_errors',
    interrupted: false,
    dryRun: false,
    counters: { ...NO_COUNTS, read: 1_020, deleted: 999, updated: 20, failed: 1 },
    errors: [],
    warnings: [],
    resumable: false,
  };
  const app = (undone: string[]) =>
    appWith({
      readUndo: async () => outlook,
      undoRun: async (id) => {
        undone.push(id);
        return report;
      },
      dryRunUndo: async () => ({ ...report, dryRun: true }),
    });

  it('asks first, and writes nothing where nobody can answer', async () => {
    const undone: string[] = [];
    const silent = await runOnStage(['runs', 'undo', '12'], { createApp: app(undone) });
    expect(silent.code).toBe(8);
    expect(silent.stderr).toContain(
      'Undoing run 12 (products.csv into product) will delete 1,000 that it added, set back 20 that it updated.',
    );
    expect(undone).toEqual([]);
  });

  it('undoes with --yes; conflicts are failed rows', async () => {
    const undone: string[] = [];
    const ran = await runOnStage(['runs', 'undo', '12', '--yes'], { createApp: app(undone) });
    expect(ran.code).toBe(4);
    expect(undone).toEqual(['12']);
    expect(ran.stdout).toContain('undo of run 12, product');
  });

  it('only looks with --dry-run, and has every conflict in its JSON', async () => {
    const undone: string[] = [];
    const ran = await runOnStage(['runs', 'undo', '12', '--dry-run', '--json'], { createApp: app(undone) });
    expect(JSON.parse(ran.stdout)).toMatchObject({ dryRun: true, undoes: '12', issues: [] });
    expect(undone).toEqual([]);
    const wrong = await runOnStage(['runs', 'undo', '12', '--errors-to', 'x'], { createApp: app(undone) });
    expect(wrong.code).toBe(2);
  });
});

// What `import` hands to the door, and what it makes of its answers.
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { runCli } from '../../src/cli/run-cli.js';
import type { ImportCall } from '../../src/doors/files/import/import-call.js';
import type { RunReport } from '../../src/doors/files/import/run-report.js';
import { NO_COUNTS, type RunState } from '../../src/engine/pipeline/run.js';
import { appWith, createStage, runOnStage } from './cli-stage.js';

const golden = (name: string) => join(import.meta.dirname, 'golden', name);

const REPORT: RunReport = {
  run: '12',
  kind: 'import',
  entity: 'product',
  title: 'products.csv',
  state: 'completed_with_errors',
  interrupted: false,
  dryRun: false,
  strategy: 'add_or_update',
  identity: ['sku'],
  counters: {
    ...NO_COUNTS,
    read: 1_234_567,
    added: 1_000_000,
    updated: 200_000,
    unchanged: 34_555,
    failed: 12,
    warnings: 1,
  },
  seconds: 14.2,
  errors: [
    {
      code: 'RECORDS-204',
      title: 'No such record',
      count: 10,
      hint: 'Import the brands first, or add --create brand.',
      first: [
        {
          severity: 'error',
          line: 17,
          column: 'Brand',
          field: 'brand.name',
          value: 'Acmee',
          code: 'RECORDS-204',
          message: 'There is no brand "Acmee".',
        },
        {
          severity: 'error',
          line: 90,
          column: 'Brand',
          code: 'RECORDS-204',
          message: 'There is no brand "X\u001b[2J".',
        },
      ],
    },
    {
      code: 'RECORDS-101',
      title: 'Not a number',
      count: 2,
      first: [{ severity: 'error', row: 4, code: 'RECORDS-101', message: 'abc is no number.' }],
    },
  ],
  warnings: [
    {
      code: 'RECORDS-301',
      title: 'Twice in the source',
      count: 1,
      first: [
        { severity: 'warning', line: 40, code: 'RECORDS-301', message: 'Line 40 counts, line 12 does not.' },
      ],
    },
  ],
  failedRows: { rows: 12, file: '/data/runs/12/failed.csv' },
  resumable: false,
};

const DRY: RunReport = {
  kind: 'import',
  entity: 'product',
  title: 'products.csv',
  state: 'completed',
  interrupted: false,
  dryRun: true,
  counters: { ...NO_COUNTS, read: 3, added: 1, updated: 1, deleted: 1 },
  errors: [],
  warnings: [],
  differences: [
    {
      action: 'add',
      line: 2,
      identity: [{ field: 'sku', value: 'A-1' }],
      cells: [
        { field: 'name', before: null, after: 'Anvil' },
        { field: 'note', before: null, after: '' },
      ],
    },
    {
      action: 'update',
      line: 3,
      identity: [{ field: 'sku', value: 'A-2' }],
      cells: [
        { field: 'price', before: '10.00', after: '12.50' },
        { field: 'ean', before: '4006381333931', after: null },
      ],
    },
    { action: 'delete', identity: [{ field: 'sku', value: 'A-3' }], cells: [] },
  ],
  notChecked: ['Triggers of the database; --probe tries them.'],
  wouldRemove: 1,
  resumable: false,
};

function importing(report: RunReport, calls: ImportCall[] = []) {
  return appWith({
    import: async (call) => {
      calls.push(call);
      return report;
    },
  });
}

describe('import', () => {
  it('hands every option to the door', async () => {
    const calls: ImportCall[] = [];
    const argv =
      'import products.csv.gz --entity product --mapping m.yaml --strategy mirror --identity sku,country --empty null ' +
      '--on-duplicate fail --create brand,category --on-error stop --max-errors 5% --writers 3 --format csv ' +
      '--delimiter tab --quote none --encoding utf-16le --header 3 --null-spelling NULL,\\N --skip-lines 2 ' +
      '--format-option ragged=pad --failed-rows bad.csv --probe';
    const ran = await runOnStage(argv.split(' '), { createApp: importing(DRY, calls), cwd: '/work' });
    expect(ran.code).toBe(0);
    expect(calls[0]).toMatchObject({
      source: { path: '/work/products.csv.gz' },
      entity: 'product',
      mapping: '/work/m.yaml',
      strategy: 'mirror',
      identity: ['sku', 'country'],
      empty: 'null',
      onDuplicate: 'fail',
      create: ['brand', 'category'],
      onError: 'stop',
      maxErrors: { percent: 5 },
      writers: 3,
      format: 'csv',
      formatOptions: {
        delimiter: '\t',
        quote: '',
        encoding: 'utf-16le',
        header: 3,
        nullSpelling: ['NULL', '\\N'],
        skipLines: 2,
        ragged: 'pad',
      },
      failedRows: '/work/bad.csv',
      dryRun: true,
      probe: true,
      background: false,
    });
  });

  it('leaves to the door what was not said', async () => {
    const calls: ImportCall[] = [];
    await runOnStage(['import', '-'], { createApp: importing(REPORT, calls), stdin: Readable.from(['a\n']) });
    const { signal, onProgress, onPlan, confirmRemoval, source, ...rest } = calls[0]!;
    expect(source).toMatchObject({ name: 'standard input' });
    expect(rest).toEqual({
      startedBy: { kind: 'user', id: userInfo().username },
      dryRun: false,
      probe: false,
      onError: 'skip',
      formatOptions: {},
      background: false,
    });
  });

  it('shows the report to people', async () => {
    const ran = await runOnStage(['import', 'products.csv', '-e', 'product'], {
      createApp: importing(REPORT),
    });
    await expect(ran.stdout).toMatchFileSnapshot(golden('report.txt'));
    expect(ran.stdout).not.toContain('\u001b');
  });

  it('shows a dry run cell by cell', async () => {
    const ran = await runOnStage(['import', 'p.csv', '-n'], { createApp: importing(DRY) });
    await expect(ran.stdout).toMatchFileSnapshot(golden('report-dry-run.txt'));
  });

  it('gives machines the report as it is', async () => {
    const ran = await runOnStage(['import', 'p.csv', '--json'], { createApp: importing(REPORT) });
    expect(JSON.parse(ran.stdout)).toEqual(JSON.parse(JSON.stringify(REPORT)));
    expect(ran.stderr).toBe('');
  });

  it.each<[RunState, number, number]>([
    ['completed', 0, 0],
    ['completed', 3, 4],
    ['completed_with_errors', 3, 4],
    ['stopped', 0, 5],
    ['failed', 0, 5],
    ['cancelled', 0, 6],
    ['queued', 0, 0],
  ])('state %s with %i failed rows: exit %i', async (state, failed, code) => {
    const report = { ...REPORT, state, errors: [], counters: { ...NO_COUNTS, failed } };
    expect((await runOnStage(['import', 'p.csv'], { createApp: importing(report) })).code).toBe(code);
  });

  it('says how to go on after Ctrl-C', async () => {
    const stage = createStage({
      createApp: appWith({
        import: (call) =>
          new Promise((resolve) => {
            call.onProgress({ phase: 'importing', rows: 5 });
            call.signal.addEventListener('abort', () =>
              resolve({ ...REPORT, state: 'cancelled', resumable: true }),
            );
            stage.signals.emit('SIGINT', 'SIGINT');
          }),
      }),
      terminal: 100,
    });
    expect(await runCli(['import', 'p.csv'], stage.host)).toBe(6);
    expect(stage.stderr()).toContain('Ctrl-C again ends at once');
    expect(stage.stdout()).toContain('dovetail runs resume 12');
    expect(stage.signals.listenerCount('SIGINT')).toBe(0);
  });

  it('ends at once at the second Ctrl-C, with the cursor back', async () => {
    const stage = createStage({
      createApp: appWith({
        import: (call) =>
          new Promise((resolve) => {
            call.onProgress({ phase: 'importing', rows: 5 });
            stage.signals.emit('SIGINT', 'SIGINT');
            stage.signals.emit('SIGINT', 'SIGINT');
            expect(stage.ended).toEqual([6]);
            resolve(REPORT);
          }),
      }),
      terminal: 100,
    });
    await runCli(['import', 'p.csv'], stage.host);
    const text = stage.stderr();
    expect(text.lastIndexOf('\u001b[?25h')).toBeGreaterThan(text.lastIndexOf('\u001b[?25l'));
    expect(text.lastIndexOf('\u001b[?25l')).toBeGreaterThan(-1);
  });

  it('asks before a mirror removes much; without a terminal it exits with 8, with --yes it goes on', async () => {
    const createApp = appWith({
      import: async (call) => {
        const yes = await call.confirmRemoval({ entity: 'product', removes: 900, stored: 1000 });
        return { ...REPORT, state: yes ? 'completed' : 'stopped', counters: NO_COUNTS };
      },
    });
    const silent = await runOnStage(['import', 'p.csv', '--strategy', 'mirror'], { createApp });
    expect(silent.code).toBe(8);
    expect(silent.stderr).toContain('900 of 1,000 records of product');
    expect(silent.stderr).toContain('--yes');
    expect((await runOnStage(['import', 'p.csv', '--strategy', 'mirror', '--yes'], { createApp })).code).toBe(
      0,
    );
    for (const [answer, code] of [
      ['y\n', 0],
      ['\n', 5],
      ['no\n', 5],
    ] as const) {
      const stdin = Object.assign(Readable.from([answer]), { isTTY: true });
      expect((await runOnStage(['import', 'p.csv'], { createApp, stdin, terminal: 80 })).code, answer).toBe(
        code,
      );
    }
  });

  it('reports progress as JSON lines on stderr, the result alone on stdout', async () => {
    const stage = createStage({
      createApp: appWith({
        import: async (call) => {
          for (let i = 1; i <= 4; i++) {
            stage.clock.pass(1_000);
            call.onProgress({ phase: 'importing', rows: i * 1000, bytes: i * 10, totalBytes: 40 });
          }
          return REPORT;
        },
      }),
    });
    await runCli(['import', 'p.csv', '--json', '--progress', 'json'], stage.host);
    const lines = stage
      .stderr()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).progress);
    expect(lines.length).toBeGreaterThanOrEqual(4);
    expect(lines[2]).toEqual({
      phase: 'importing',
      rows: 3000,
      bytes: 30,
      totalBytes: 40,
      fraction: 0.75,
      rowsPerSecond: 1000,
      secondsLeft: 1,
    });
    expect(() => JSON.parse(stage.stdout())).not.toThrow();
  });
});

// `dovetail load` as a script meets it: exit codes, the JSON document, questions nobody is there to answer.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setUpDatabase } from '../../src/app-setup.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { runOnStage } from './cli-stage.js';

let test: TestDatabase;
let folder: string;
beforeAll(async () => {
  test = await createTestDatabase();
  await setUpDatabase(test.database);
  folder = mkdtempSync(join(tmpdir(), 'dovetail-load-command-'));
  mkdirSync(join(folder, 'load', '1.0'), { recursive: true });
  write('010-unit.sql', 'create table unit (id serial primary key, code text not null unique);');
  write('020-unit.csv', 'code\nPCE\nKG\n');
});
afterAll(async () => {
  await test?.drop();
  rmSync(folder, { recursive: true, force: true });
});

const write = (name: string, content: string) => writeFileSync(join(folder, 'load', '1.0', name), content);
const run = (...argv: string[]) => runOnStage(['load', ...argv, '--database', test.url], { cwd: folder });

describe('dovetail load', () => {
  it('tells each file, then how it stands', async () => {
    const ran = await run();
    expect(ran).toMatchObject({ code: 0 });
    expect(ran.stderr).toContain('1.0/020-unit.csv  unit: 2 added');
    expect(ran.stdout).toContain('2 files applied');
  });

  it('answers in JSON, and says nothing else', async () => {
    const ran = await run('status', '--state', 'applied', '--in', '1.0', '--json');
    const { files } = JSON.parse(ran.stdout) as { files: { path: string }[] };
    expect(files.map(({ path }) => path)).toEqual(['1.0/010-unit.sql', '1.0/020-unit.csv']);
    expect(ran.stderr).toBe('');
  });

  it('ends with 4 for a dry run that finds errors, with 5 for a file that failed', async () => {
    write('030-unit.csv', 'code,nmae\nL,Litre\n');
    const dry = await run('--dry-run');
    expect(dry).toMatchObject({ code: 4 });
    expect(dry.stdout).toContain('LOAD-203');
    const failed = await run('--json');
    expect(failed).toMatchObject({ code: 5 });
    expect(JSON.parse(failed.stdout)).toMatchObject({ state: 'failed', left: ['1.0/030-unit.csv'] });
    rmSync(join(folder, 'load', '1.0', '030-unit.csv'));
  });

  it('ends with 3 where it refuses to begin, with 2 for a word it does not know', async () => {
    expect(await run('--env', 'demo')).toMatchObject({ code: 3 });
    const mistyped = await run('stauts');
    expect(mistyped).toMatchObject({ code: 2 });
    expect(mistyped.stderr).toContain('Did you mean status?');
  });

  it('asks before it forgets', async () => {
    expect(await run('forget', '020-unit.csv')).toMatchObject({ code: 8 });
    const forgotten = await run('forget', '020-unit.csv', '--yes', '--json');
    expect(JSON.parse(forgotten.stdout)).toMatchObject({ done: true, path: '1.0/020-unit.csv' });
    const again = await run('--json');
    expect(JSON.parse(again.stdout)).toMatchObject({
      files: [{ path: '1.0/020-unit.csv', entities: [{ counters: { unchanged: 2 } }] }],
    });
  });
});

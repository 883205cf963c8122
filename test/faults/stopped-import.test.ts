// Imports that are stopped: killed in their later phases, cancelled, ended by too many errors; and sources that change.
import { readdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readRun } from '../../src/engine/pipeline/index.js';
import { CHUNK_ROWS, createFaultFixture, type FaultFixture } from './fault-fixture.js';
import { eventually, type FaultProcess } from './fault-process-control.js';
import { createArticleStory, createTreeStory } from './fault-story.js';

const articles = createArticleStory(6_000, 20_266);
let at: FaultFixture;
let tree: FaultFixture;
beforeAll(async () => {
  at = await createFaultFixture(articles);
  tree = await createFaultFixture(createTreeStory(4_000, 20_267));
});
afterAll(async () => {
  await at?.drop();
  await tree?.drop();
});
beforeEach(() => at.refill());

/** Starts an import of the articles as a user would, and waits until it has committed something. */
async function begin(...more: readonly string[]): Promise<{ run: string; process: FaultProcess }> {
  const before = await at.lastRun();
  const process = at.command(['import', at.path, '--entity', 'article', '--json', ...more]);
  const run = await at.newRun(before);
  await eventually(async () => (await at.readRows(run)) > 0);
  return { run, process };
}

async function resume(where: FaultFixture, run: string, ...more: readonly string[]): Promise<void> {
  const process = where.command(['runs', 'resume', run, '--json', ...more]);
  const { code } = await process.ended;
  expect(code, process.said()).toBe((await readRun(where.database, run)).counters.failed > 0 ? 4 : 0);
}

describe('a source that', () => {
  it('changed is refused at a resume; put back, it is gone on with', async () => {
    const { run, process } = await begin();
    await process.kill();
    await at.abandoned(run);
    const rows = await at.readRows(run);
    await writeFile(at.path, articles.source.replace('Article 5000', 'Article five thousand'));
    const refused = at.command(['runs', 'resume', run, '--json']);
    expect((await refused.ended).code).toBe(5);
    expect(JSON.parse(refused.said())).toMatchObject({ state: 'failed', failure: { code: 'FILES-101' } });
    expect(await at.readRows(run)).toBe(rows);
    await writeFile(at.path, articles.source);
    await resume(at, run);
    expect(await at.readOutcome(run)).toEqual(await at.undisturbed(run));
  });

  it('vanished is refused at a resume; put back, it is gone on with', async () => {
    const { run, process } = await begin();
    await process.kill();
    await at.abandoned(run);
    await rename(at.path, `${at.path}.away`);
    const refused = at.command(['runs', 'resume', run, '--json']);
    expect((await refused.ended).code).toBe(5);
    expect(JSON.parse(refused.said())).toMatchObject({ state: 'failed', failure: { code: 'FILES-102' } });
    await rename(`${at.path}.away`, at.path);
    await resume(at, run);
    expect(await at.readOutcome(run)).toEqual(await at.undisturbed(run));
  });

  it('was standard input is kept, so that a killed import goes on; at the end it is forgotten', async () => {
    const spool = join(at.folder, 'data', 'spool');
    const before = await at.lastRun();
    const process = at.command(['import', '-', '--entity', 'article', '--json'], { stdin: true });
    process.child.stdin!.end(articles.source);
    const run = await at.newRun(before);
    await eventually(async () => (await at.readRows(run)) > 0);
    await process.kill();
    await at.abandoned(run);
    expect(await at.readRows(run)).toBeLessThan(articles.rows);
    expect(await readdir(spool)).toHaveLength(1);
    await resume(at, run);
    expect(await readdir(spool)).toEqual([]);
    expect(await at.readOutcome(run)).toEqual(await at.undisturbed(run));
  });

  it('was read whole is not asked for again, wherever the import was killed afterwards', async () => {
    const run = await at.createRun();
    await at.files.resumeRun(run, at.watch());
    const outcome = await at.readOutcome(run);
    // As a kill leaves it between the last phase and the end.
    await at.database.query(`update dovetail.runs set state = 'running', ended_at = null where id = $1`, [
      run,
    ]);
    await rename(at.path, `${at.path}.away`);
    await resume(at, run);
    await rename(`${at.path}.away`, at.path);
    expect(await at.readOutcome(run)).toEqual(outcome);
  });
});

describe('an import that is cancelled', () => {
  const ways: readonly (readonly [string, (run: string, process: FaultProcess) => Promise<void>])[] = [
    [
      'by Ctrl-C',
      async (_run, process) => {
        process.child.kill('SIGINT');
      },
    ],
    [
      'by `runs cancel` elsewhere',
      async (run) => {
        const cancel = at.command(['runs', 'cancel', run, '--json']);
        expect((await cancel.ended).code, cancel.said()).toBe(0);
        expect(JSON.parse(cancel.said())).toEqual({ run, outcome: 'requested' });
      },
    ],
  ];
  for (const [way, cancel] of ways) {
    it(`${way} stops between two chunks and can be resumed`, async () => {
      // Held up, so that it can't be through before the wish arrives.
      const { run, process } = await begin();
      const blocker = await at.database.pool.connect();
      await blocker.query('begin; lock table article in share row exclusive mode');
      await cancel(run, process);
      await blocker.query('rollback');
      blocker.release();
      expect((await process.ended).code, process.said()).toBe(6);
      const stopped = await readRun(at.database, run);
      expect(stopped).toMatchObject({ state: 'cancelled', failure: { code: 'PIPELINE-107' } });
      expect(stopped.counters.read).toBeGreaterThan(0);
      expect(stopped.counters.read % CHUNK_ROWS).toBe(0);
      expect(stopped.counters.read).toBeLessThan(articles.rows);
      await resume(at, run);
      expect(await at.readOutcome(run)).toEqual(await at.undisturbed(run));
    });
  }
});

describe('an import that is killed after its source is read', () => {
  it('while a mirror removes goes on removing, without asking again', async () => {
    const fewer = articles.source.split('\n').filter((line) => !/^SKU-\d*[3-9],|^,/.test(line));
    const path = join(at.folder, 'fewer.csv');
    await writeFile(path, fewer.filter((line) => line.split(',').length === 6).join('\n'));
    // Only what no row names any more may go; more than a chunk of it.
    await at.database.query(
      `insert into article (sku, name, price) select 'GONE-' || n, 'Gone', 1 from generate_series(1, 4000) n`,
    );
    const before = await at.lastRun();
    const process = at.command(['import', path, '-e', 'article', '-s', 'mirror', '--yes', '--json']);
    const run = await at.newRun(before);
    await eventually(async () => (await readRun(at.database, run)).counters.deleted > 0);
    await process.kill();
    await at.abandoned(run);
    const killed = await readRun(at.database, run);
    expect(killed.phase).toBe('removal');
    const left = await at.database.query(`select from article where sku like 'GONE-%'`);
    expect(left.rowCount).toBeGreaterThan(0);
    await resume(at, run);
    const { state, counters } = await at.readOutcome(run);
    expect(state).toMatch(/^completed/);
    const seen = await at.database.query(`select from article where sku like 'GONE-%' or sku ~ '[3-9]$'`);
    expect(seen.rowCount).toBe(0);
    expect(counters.deleted).toBeGreaterThan(4000);
    // Every deletion is counted once: what was there, plus what came, is what went plus what stayed.
    const stayed = await at.database.query('select from article');
    expect(1_500 + 4_000 + counters.added - counters.deleted).toBe(stayed.rowCount);
  });

  it('while rows that waited for others are written goes on with the rest', async () => {
    const before = await tree.lastRun();
    const process = tree.command(['import', tree.path, '--entity', 'node', '--json']);
    const run = await tree.newRun(before);
    await eventually(async () => {
      const { rows } = await tree.database.query(
        'select from dovetail.run_checkpoints where run_id = $1 and partition = -1',
        [run],
      );
      return rows.length > 0;
    });
    await process.kill();
    await tree.abandoned(run);
    const killed = await readRun(tree.database, run);
    expect(killed.phase).toBe('postponed');
    expect(killed.counters.postponed).toBeGreaterThan(0);
    await resume(tree, run);
    expect(await tree.readOutcome(run)).toEqual(await tree.undisturbed(run));
  });
});

describe('too many errors', () => {
  it('stop the import where it is: what was written stays, and is unchanged the next time', async () => {
    const process = at.command([
      ...['import', at.path, '--entity', 'article', '--json', '--max-errors', '60', '--writers', '1'],
    ]);
    expect((await process.ended).code, process.said()).toBe(5);
    const run = await at.lastRun();
    const { state, counters } = await at.readOutcome(run);
    expect(state).toBe('stopped');
    expect(counters.failed).toBeGreaterThan(60);
    expect(counters.read % CHUNK_ROWS).toBe(0);
    expect(counters.read).toBeLessThan(articles.rows);
    expect(counters.added).toBeGreaterThan(0);
    const again = await at.createRun();
    await at.files.resumeRun(again, at.watch());
    const whole = await at.readOutcome(again);
    const fresh = await at.undisturbed(again);
    expect(whole.records).toEqual(fresh.records);
    expect(counters.added + whole.counters.added).toBe(fresh.counters.added);
  });

  it('is one, with --on-error stop: nothing after its chunk is written', async () => {
    const process = at.command([
      ...['import', at.path, '--entity', 'article', '--json', '--on-error', 'stop', '--writers', '1'],
    ]);
    expect((await process.ended).code, process.said()).toBe(5);
    const run = await at.lastRun();
    const { rows } = await at.database.query<{ row: string }>(
      `select min(row) as row from dovetail.run_errors where run_id = $1 and severity = 'error'`,
      [run],
    );
    const chunks = Math.ceil(Number(rows[0]!.row) / CHUNK_ROWS);
    expect(await at.readRows(run)).toBe(chunks * CHUNK_ROWS);
  });
});

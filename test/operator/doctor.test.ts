// `dovetail doctor`: each thing that can be wrong is made so, and told with what to do.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { setUpDatabase } from '../../src/app-setup.js';
import { CHECKS } from '../../src/cli/doctor/doctor.js';
import { createAccess } from '../../src/engine/access/index.js';
import { addJob } from '../../src/engine/jobs/enqueue-job.js';
import { runOnStage } from '../cli/cli-stage.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

let at: TestDatabase;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'dovetail-doctor-'));
  at = await createTestDatabase();
  await at.database.query('create table product (id int primary key, name text)');
  await setUpDatabase(at.database);
});
afterAll(async () => {
  await at?.drop();
  rmSync(folder, { recursive: true, force: true });
});

interface Said {
  readonly check: string;
  readonly state: string;
  readonly says: string;
  readonly advice?: string;
}

async function ask(...more: readonly string[]) {
  const { code, stdout } = await runOnStage(['doctor', '--json', '--database', at.url, ...more], {
    cwd: folder,
  });
  const { state, checks } = JSON.parse(stdout) as { state: string; checks: readonly Said[] };
  return { code, state, checks, of: (name: string) => checks.filter(({ check }) => check === name) };
}

/** A worker that is alive, so that only what a test makes wrong is. */
beforeEach(async () => {
  await at.database.query(
    `insert into dovetail.workers (id, host, pid, concurrency, tasks, seen_at) values ('pool-1', 'h', 1, 1, '{}', now() + interval '1 hour')
     on conflict (id) do update set seen_at = excluded.seen_at`,
  );
});

describe('the doctor', () => {
  it('says of each thing that it is as it should be, with exit 0', async () => {
    const { code, checks } = await ask();
    expect(code).toBe(0);
    expect(checks.filter(({ state }) => state === 'bad')).toEqual([]);
    for (const { name } of CHECKS) expect(checks.map(({ check }) => check)).toContain(name);
    const { stdout } = await runOnStage(['doctor', '--database', at.url], { cwd: folder });
    expect(stdout).toMatch(/✓ database {2}/);
  });

  it('tells a database that can not be reached with exit 7, and a configuration that does not load with 9', async () => {
    const url = 'postgres://nobody:secret-word@127.0.0.1:1/none';
    const away = await ask('--database', url);
    expect([away.code, away.of('database')[0]!.state]).toEqual([7, 'bad']);
    expect(JSON.stringify(away.checks)).not.toContain('secret-word');
    writeFileSync(join(folder, 'broken.json'), '{ "entitys": {} }');
    const broken = await ask('--config', 'broken.json');
    expect([broken.code, broken.of('configuration')[0]!.says]).toEqual([
      9,
      expect.stringContaining('CONFIG-104'),
    ]);
  });

  it('tells a configuration that does not fit the database', async () => {
    writeFileSync(join(folder, 'unfit.json'), '{ "entities": { "produkt": { "label": "Article" } } }');
    const { code, of } = await ask('--config', 'unfit.json');
    expect([code, of('catalog')[0]]).toEqual([
      9,
      expect.objectContaining({ state: 'bad', says: expect.stringContaining('produkt') }),
    ]);
  });

  it('tells tables that are not set up, and looks at nothing that needs them', async () => {
    const other = await createTestDatabase();
    try {
      const { code, of, checks } = await ask('--database', other.url);
      expect([code, of('schema')[0]!.advice]).toEqual([9, 'dovetail init']);
      expect(of('runs')).toEqual([]);
      expect(checks.find(({ says }) => /Could not be looked at/.test(says))).toBeUndefined();
    } finally {
      await other.drop();
    }
  });

  it('tells a newer and a changed schema', async () => {
    const { database } = at;
    await database.query(`insert into dovetail.migrations values (999999, '999999-later', 'x')`);
    expect((await ask()).of('schema')[0]!.says).toContain('POSTGRES-202');
    await database.query('delete from dovetail.migrations where number = 999999');
    const { rows } = await database.query('select checksum from dovetail.migrations where number = 3');
    await database.query(`update dovetail.migrations set checksum = 'x' where number = 3`);
    expect((await ask()).of('schema')[0]!.says).toContain('POSTGRES-201');
    await database.query('update dovetail.migrations set checksum = $1 where number = 3', [
      rows[0]!['checksum'],
    ]);
  });

  it('tells a data folder that can not be written', async () => {
    writeFileSync(join(folder, 'a-file'), '');
    const { of } = await ask('--data-folder', 'a-file');
    expect(of('data folder')[0]).toMatchObject({ state: 'bad', says: expect.stringContaining('ENOTDIR') });
  });

  it('tells that no worker is alive, jobs that wait and jobs that were given up', async () => {
    const { database } = at;
    await database.query('delete from dovetail.workers');
    expect((await ask()).of('workers')[0]!.state).toBe('look');
    const waits = await addJob(database, 'files.import', {}, { runAt: new Date(Date.now() - 3_600_000) });
    const failed = await addJob(database, 'notify.tell', {}, { maxAttempts: 1 });
    await database.query(
      `update dovetail_jobs._private_jobs set attempts = 1, last_error = E'No such host.\\nat x' where id = $1`,
      [failed],
    );
    const { code, of } = await ask();
    expect([code, of('workers')[0]!.state]).toEqual([9, 'bad']);
    expect(of('jobs').map(({ state, says }) => [state, says])).toEqual([
      ['bad', 'Waiting: 1 job, the oldest for 60 minutes'],
      ['look', `1 job failed for good: ${failed} notify.tell (No such host.)`],
    ]);
    await database.query('delete from dovetail_jobs._private_jobs where id = any($1::bigint[])', [
      [waits, failed],
    ]);
  });

  it('tells runs that were left in the middle, with the command that goes on', async () => {
    const { rows } = await at.database.query<{ id: string }>(
      `insert into dovetail.runs (kind, entity, title, settings, origin, state, lease_until)
       values ('import', 'product', 'goods.csv', '{}', '{}', 'running', now() - interval '5 minutes') returning id::text`,
    );
    expect((await ask()).of('runs')[0]).toMatchObject({
      state: 'look',
      advice: expect.stringContaining(`dovetail runs resume ${rows[0]!.id}`),
    });
    await at.database.query('delete from dovetail.runs');
  });

  it('tells schedules that are overdue or failed last', async () => {
    // The clock of the stage stands at the beginning of 2026.
    await at.database.query(
      `insert into dovetail.schedules (name, kind, task, settings, cron, time_zone, created_by, next_at)
       values ('nightly', 'export', 'x', '{}', '0 3 * * *', 'UTC', '{}', '2025-12-31 03:00Z');
       insert into dovetail.schedule_firings (schedule_id, moment, state)
         select id, '2025-12-30 03:00Z', 'failed' from dovetail.schedules`,
    );
    const { of } = await ask();
    expect(of('schedules').map(({ state, says }) => [state, says])).toEqual([
      ['bad', 'Overdue: nightly'],
      ['look', 'Failed last: nightly'],
    ]);
    await at.database.query('delete from dovetail.schedules');
  });

  it('tells saved mappings and exports that no longer fit', async () => {
    await at.database.query(
      `insert into dovetail.mappings (name, version, entity, body, created_by)
       values ('old', 1, 'product', E'entity: product\\nfields:\\n  - field: colour\\n    column: Colour\\n', 'ada');
       insert into dovetail.saved_exports (name, entity, body, changed_by)
       values ('list', 'product', '{"entity": "product", "fields": ["colour"], "format": "csv", "formatOptions": {}, "full": false}', '{}')`,
    );
    const { of } = await ask();
    expect(of('mappings')[0]).toMatchObject({ state: 'look', advice: 'dovetail mapping check old' });
    expect(of('exports')[0]).toMatchObject({ state: 'look', says: expect.stringContaining('list') });
    await at.database.query('delete from dovetail.mappings; delete from dovetail.saved_exports');
  });

  it('tells a storage of run files that can not be reached', async () => {
    const storage = {
      kind: 's3',
      bucket: 'runs',
      endpoint: 'http://127.0.0.1:1',
      accessKeyId: 'id',
      secretAccessKey: '{env:DOCTOR_SECRET}',
    };
    const config = { storages: { files: storage }, runFiles: 'files', allowAddresses: ['127.0.0.1:1'] };
    writeFileSync(join(folder, 'away.json'), JSON.stringify(config));
    const { stdout } = await runOnStage(['doctor', '--json', '--database', at.url, '--config', 'away.json'], {
      cwd: folder,
      env: { DOCTOR_SECRET: 'not-to-be-seen' },
    });
    const { checks } = JSON.parse(stdout) as { checks: readonly Said[] };
    expect(checks.find(({ check }) => check === 'run files')).toMatchObject({
      state: 'bad',
      says: expect.stringContaining('STORAGE-'),
    });
    expect(stdout).not.toContain('not-to-be-seen');
  });

  it('tells keys that ran out, the demo client, and retention that was not done', async () => {
    const access = createAccess({ database: at.database });
    await access.clients.create({ name: 'dovetail-demo' });
    const { id } = await access.keys.create('dovetail-demo');
    await at.database.query(`update dovetail.api_keys set expires_at = '2025-12-01Z'`);
    await at.database.query(`insert into dovetail.daily_jobs values ('files.prune', '2025-12-01')`);
    const { code, of } = await ask();
    expect(code).toBe(0);
    expect(of('keys')[0]).toMatchObject({ state: 'look', says: `Expired: ${id} of dovetail-demo` });
    expect(of('demo client')[0]).toMatchObject({
      state: 'look',
      advice: 'dovetail clients delete dovetail-demo',
    });
    expect(of('retention')[0]).toMatchObject({ state: 'look', says: expect.stringContaining('2025-12-01') });
  });
});

// The schema changes under the running program: seen by the next import, and never more than an error in the middle of one.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countsOf, createImportFixture, type ImportFixture, toCall, toCsv } from './import-fixture.js';

let at: ImportFixture;

beforeAll(async () => {
  at = await createImportFixture('create table item (sku text primary key, name text, price numeric)');
});
afterAll(() => at?.drop());

describe('a changed schema', () => {
  it('is picked up by the next import of the same program', async () => {
    expect(countsOf(await at.import('item', 'sku,name,colour\nA,Anvil,red\n'))).toEqual({
      read: 1,
      added: 1,
    });
    await at
      .run('alter table item add column colour text; alter table item alter column price set not null')
      .catch(async () => {
        await at.run('alter table item add column colour text');
      });
    expect(countsOf(await at.import('item', 'sku,name,colour\nA,Anvil,red\n'))).toEqual({
      read: 1,
      updated: 1,
    });
    expect(await at.rows('select colour from item')).toEqual([['red']]);
    await at.run(`create table later (id int primary key)`);
    expect(countsOf(await at.import('later', 'id\n1\n'))).toEqual({ read: 1, added: 1 });
  });

  it('in the middle of a run ends it with an error that says why, and what is committed stays; put right, the run goes on', async () => {
    await at.run('truncate item');
    const rows = [...Array(2_000).keys()].map((i) => [`S${i}`, `Name ${i}`, `${i}`]);
    let dropped: Promise<void> | undefined;
    const report = await at.import('item', toCsv([['sku', 'name', 'price'], ...rows]), {
      chunkRows: 100,
      writers: 1,
      onProgress: ({ phase, rows: read }) => {
        if (phase === 'importing' && read >= 300) dropped ??= at.run('alter table item drop column price');
      },
    });
    await dropped;
    expect(report.state).toBe('failed');
    expect(report.resumable).toBe(true);
    expect(report.failure?.detail).toMatch(/price/);
    expect(report.failure?.hint).toMatch(/resume/);
    const written = Number((await at.rows('select count(*) from item'))[0]![0]);
    expect(written).toBe(report.counters.added);
    expect(written).toBeGreaterThan(0);
    expect(written).toBeLessThan(2_000);

    const stuck = await at.files.resumeRun(report.run!, toCall({}));
    expect(stuck).toMatchObject({
      state: 'failed',
      resumable: true,
      failure: { detail: expect.stringMatching(/price/) },
    });

    await at.run('alter table item add column price numeric');
    const resumed = await at.files.resumeRun(report.run!, toCall({}));
    expect(resumed.state).toBe('completed');
    expect(resumed.counters).toMatchObject({ read: 2_000, added: 2_000, failed: 0 });
    expect(await at.rows('select count(*) from item')).toEqual([['2000']]);
  });
});

// The stream: every committed change of the watched tables, whoever made it, in the order of the commits, with who and what.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Change, ChangeLog, StreamEntry } from '../../src/engine/changes/index.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { openTail, prepareWatched, type RunningStream, readLog, startStream } from './stream-fixture.js';

let test: TestDatabase;
let stream: RunningStream;
let log: ChangeLog;
let markers = 0;
const sql = (text: string) => test.database.query(text);
const isChange = (entry: StreamEntry): entry is Change => entry.kind === 'change';

/** The changes that `work` makes, told as they are. */
async function changesOf(work: () => Promise<unknown>, count: number): Promise<readonly Change[]> {
  markers++;
  await sql(`insert into marker values (${markers})`);
  const isMarked = (one: StreamEntry) =>
    isChange(one) && one.table.table === 'marker' && one.after!.get('id') === String(markers);
  const before = (await readLog(log, (all) => all.some(isMarked))).at(-1)!;
  await work();
  const found = await readLog(log, (all) => all.length >= count, before.position);
  return found.filter(isChange);
}
const told = (change: Change) => ({
  ...change,
  ...(change.after && { after: Object.fromEntries(change.after) }),
  ...(change.before && { before: Object.fromEntries(change.before) }),
});

beforeAll(async () => {
  test = await createTestDatabase();
  await prepareWatched(
    test.database,
    `create table item (id int primary key, name text, price numeric(10,2), note text);
     create table full_item (id int primary key, name text, body text);
     alter table full_item replica identity full;
     create table line (doc text, no int, qty int, primary key (no, doc));
     create table marker (id int)`,
    'for table item, full_item, line, marker',
  );
  stream = startStream(test.database);
  log = openTail(test.database);
  await stream.heard('following');
});
afterAll(async () => {
  await stream?.stop();
  await log?.close();
  await test?.drop();
});

describe('a change', () => {
  it('is told with key, values before and after, transaction and origin', async () => {
    const [added, changed, gone] = await changesOf(async () => {
      await sql(`insert into item values (1, 'drill', 9.5, null)`);
      await sql(`update item set price = 8 where id = 1`);
      await sql(`delete from item where id = 1`);
    }, 3);
    expect(told(added!)).toMatchObject({
      kind: 'change',
      operation: 'insert',
      table: { schema: 'public', table: 'item' },
      key: ['1'],
      after: { id: '1', name: 'drill', price: '9.50', note: null },
      transaction: { id: expect.stringMatching(/^\d+$/), origin: { kind: 'sql', id: '' } },
    });
    expect(added).not.toHaveProperty('before');
    expect(added!.transaction.committedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
    expect(told(changed!)).toMatchObject({ operation: 'update', key: ['1'], after: { price: '8.00' } });
    expect(changed!.changed).toBeUndefined();
    expect(told(gone!)).toMatchObject({ operation: 'delete', key: ['1'], before: { id: '1' } });
    expect(gone).not.toHaveProperty('after');
    expect(gone!.before!.size).toBe(1);
  });

  it('of a table with full identity tells what changed, and values that are stored apart though they were not sent', async () => {
    const [, changed, moved] = await changesOf(async () => {
      // Random text, so that it is stored apart.
      await sql(
        `insert into full_item select 1, 'a', string_agg(md5(i::text), '') from generate_series(1, 2000) i`,
      );
      await sql(`update full_item set name = 'b'`);
      await sql(`update full_item set id = 2, name = null`);
    }, 3);
    expect(changed!.changed).toEqual(['name']);
    expect(changed!.before!.get('name')).toBe('a');
    expect(changed!.after!.get('body')).toHaveLength(64_000);
    expect(changed!.keyBefore).toBeUndefined();
    expect(moved).toMatchObject({ key: ['2'], keyBefore: ['1'], changed: ['id', 'name'] });
    expect(moved!.after!.get('name')).toBeNull();
  });

  it('without full identity leaves out a value that is stored apart and was not touched', async () => {
    const [, changed] = await changesOf(async () => {
      await sql(
        `insert into item select 5, 'a', 1, string_agg(md5(i::text), '') from generate_series(1, 2000) i`,
      );
      await sql(`update item set name = 'b' where id = 5`);
    }, 2);
    expect([...changed!.after!.keys()]).toEqual(['id', 'name', 'price']);
  });

  it('has the key in the order of the key, and the one before where it changed', async () => {
    const [, moved] = await changesOf(async () => {
      await sql(`insert into line values ('A-1', 7, 1)`);
      await sql(`update line set no = 8`);
    }, 2);
    expect(moved).toMatchObject({ key: ['8', 'A-1'], keyBefore: ['7', 'A-1'] });
    expect(Object.fromEntries(moved!.before!)).toEqual({ doc: 'A-1', no: '7' });
  });

  it('has the origin that its transaction said first; a stranger, and whoever says nonsense, is sql', async () => {
    const say = (mark: string) => `select pg_logical_emit_message(true, 'dovetail', '${mark}')`;
    const found = await changesOf(async () => {
      await sql(
        `begin; ${say('{"kind":"import","id":"12","correlationId":"c","held":true}')}; insert into line values ('B', 1, 1); commit`,
      );
      await sql(`begin; ${say('{"kind":"god","id":"1"}')}; insert into line values ('B', 2, 1); commit`);
      await sql(`begin; ${say('{"kind":')}; insert into line values ('B', 3, 1); commit`);
      await sql(`begin; ${say('x'.repeat(3000))}; insert into line values ('B', 4, 1); commit`);
      await sql(`select pg_logical_emit_message(false, 'dovetail', '{"kind":"user","id":"1"}')`);
      await sql(`insert into line values ('B', 5, 1)`);
      await sql(
        `begin; savepoint s; ${say('{"kind":"user","id":"1"}')}; rollback to s; insert into line values ('B', 6, 1); commit`,
      );
    }, 6);
    const stranger = { kind: 'sql', id: '' };
    expect(found.map(({ transaction }) => transaction.origin)).toEqual([
      { kind: 'import', id: '12', correlationId: 'c' },
      ...Array.from({ length: 5 }, () => stranger),
    ]);
  });

  it('comes in the order of the commits, not of the statements', async () => {
    const found = await changesOf(
      () =>
        test.database.withClient(async (late) => {
          await late.query(`begin; insert into line values ('late', 1, 1)`);
          await sql(`insert into line values ('early', 1, 1)`);
          await late.query('commit');
        }),
      2,
    );
    expect(found.map(({ after }) => after!.get('doc'))).toEqual(['early', 'late']);
    const [early, late] = found;
    expect(late!.position.lsn > early!.position.lsn).toBe(true);
  });

  it('of many in a transaction has its place, and truncate is told of each table', async () => {
    const found = await changesOf(async () => {
      await sql(`insert into line select 'many', i, 1 from generate_series(1, 3000) i`);
      await sql('truncate item, line');
    }, 3002);
    const many = found.filter(({ operation }) => operation === 'insert');
    expect(many.map(({ position }) => position.ordinal)).toEqual(many.map((_, i) => i + 1));
    expect(new Set(many.map(({ transaction }) => transaction.id)).size).toBe(1);
    expect(found.slice(3000).map(told)).toMatchObject([
      { operation: 'truncate', key: [], table: { table: 'item' } },
      { operation: 'truncate', key: [], table: { table: 'line' } },
    ]);
  });

  it('is told as its table was at that moment, though columns are added, renamed, retyped and dropped meanwhile', async () => {
    const found = await changesOf(async () => {
      await sql(
        `create table shifting (id int primary key, a int); alter publication dovetail add table shifting`,
      );
      await sql(`insert into shifting values (1, 1)`);
      await sql(
        `begin; alter table shifting add b text default 'b'; insert into shifting values (2, 2); commit`,
      );
      await sql(`alter table shifting rename a to aa; insert into shifting values (3, 3)`);
      await sql(
        `alter table shifting alter aa type text using aa || '!'; insert into shifting values (4, 'x')`,
      );
      await sql(`alter table shifting drop b; insert into shifting values (5, 'y')`);
      await sql(`alter table shifting rename to shifted; insert into shifted values (6, 'z')`);
    }, 6);
    expect(found.map(({ after, table }) => [table.table, Object.fromEntries(after!)])).toEqual([
      ['shifting', { id: '1', a: '1' }],
      ['shifting', { id: '2', a: '2', b: 'b' }],
      ['shifting', { id: '3', aa: '3', b: 'b' }],
      ['shifting', { id: '4', aa: 'x', b: 'b' }],
      ['shifting', { id: '5', aa: 'y' }],
      ['shifted', { id: '6', aa: 'z' }],
    ]);
    expect(new Set(found.map(({ key }) => key.length))).toEqual(new Set([1]));
  });
});

describe('the log', () => {
  it('is read in pages that end anywhere, by table, and from a moment', async () => {
    const before = await log.readHead();
    const found = await changesOf(async () => {
      await sql(`insert into line select 'page', i, 1 from generate_series(1, 50) i`);
      await sql(`insert into item values (70, 'p', 1, null)`);
    }, 51);
    let position = before;
    const seen: StreamEntry[] = [];
    for (;;) {
      const page = await log.readAfter(position, { limit: 7, tables: [{ schema: 'public', table: 'line' }] });
      if (page.kind === 'expired') throw new Error('expired');
      expect(page.entries.length).toBeLessThanOrEqual(7);
      seen.push(...page.entries);
      position = page.next;
      if (page.isLast) break;
    }
    expect(seen.map(({ position }) => position)).toEqual(found.slice(0, 50).map(({ position }) => position));
    const moment = new Date(found[50]!.transaction.committedAt);
    const at = await log.findTime(new Date(moment.getTime() - 1));
    const rest = await readLog(log, () => true, at);
    expect(rest.map(({ position }) => position)).toContainEqual(found[50]!.position);
    expect(await log.findTime(new Date(0))).toEqual(await log.readTail());
    expect(await log.findTime(new Date(Date.now() + 60_000))).toEqual(await log.readHead());
  });

  it('wakes whoever waits, and nobody who waits for what is to come', async () => {
    const head = await log.readHead();
    const far = { ...head, epoch: head.epoch + 5 };
    const gives = new AbortController();
    const waits = log.waitAfter(far, { signal: gives.signal });
    const woken = log.waitAfter(head);
    await sql(`insert into item values (80, 'w', 1, null)`);
    expect(await woken).toBe(true);
    gives.abort();
    expect(await waits).toBe(false);
    expect(await log.waitAfter(far, { timeoutMs: 1 })).toBe(false);
  });

  it('says that a position of a future it does not know has expired', async () => {
    expect(await log.readAfter({ epoch: 99, lsn: 0n, ordinal: 0 })).toMatchObject({ kind: 'expired' });
  });
});

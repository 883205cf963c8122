// The stream: every committed change of the watched tables, whoever made it, in the order of the commits, with who and what.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Change, ChangeLog, StreamEntry } from '../../src/engine/changes/index.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { openTail, prepareWatched, type RunningStream, readLog, startStream } from './stream-fixture.js';

let test: TestDatabase;
let stream: RunningStream;
let log: ChangeLog;
const sql = (text: string) => test.database.query(text);
const isChange = (entry: StreamEntry): entry is Change => entry.kind === 'change';

/** The changes that `work` makes, told as they are. */
async function changesOf(work: () => Promise<unknown>, count: number): Promise<readonly Change[]> {
  await sql(`insert into marker default values`);
  const before = (
    await readLog(log, (all) => all.some((one) => isChange(one) && one.table.table === 'marker'))
  ).at(-1)!;
  await sql('truncate marker');
  await work();
  const found = await readLog(
    log,
    (all) => all.filter((one) => isChange(one) && one.table.table !== 'marker').length >= count,
    before.position,
  );
  return found.filter(isChange).filter((one) => one.table.table !== 'marker');
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
     create table marker ()`,
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
});

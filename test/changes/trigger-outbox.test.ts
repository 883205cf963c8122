// The outbox as the stream reads it: nothing is passed over, whatever the order of commits, and what is in the log for good is removed.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { beginOutbox, clearLostOutbox } from '../../src/engine/changes/trigger/begin-outbox.js';
import {
  type CapturedChange,
  createOutboxSource,
  type OutboxSource,
} from '../../src/engine/changes/trigger/outbox-source.js';
import { systemClock } from '../../src/foundation/lifecycle/clock.js';
import { openDatabase } from '../../src/foundation/postgres/database.js';
import { openSetUp, type Watched, watchNow } from './watch-fixture.js';

let at: Watched;
beforeEach(async () => {
  at = await openSetUp('empty', 'create table thing (id int primary key, n int)');
  await watchNow(at, 'all', { capture: 'trigger' });
});
afterEach(() => at.drop());

/** The values of a TupleData, all of which are texts here. */
function readTuple(tuple: Buffer): string {
  const values: string[] = [];
  let place = 2;
  for (let left = tuple.readInt16BE(0); left > 0; left--) {
    const length = tuple.readInt32BE(place + 1);
    values.push(tuple.toString('utf8', place + 5, place + 5 + length));
    place += 5 + length;
  }
  return values.join(',');
}

const show = ({ operation, before, after, ordinal }: CapturedChange) =>
  [ordinal, operation, before && readTuple(before), after && readTuple(after)]
    .filter((part) => part !== undefined)
    .join(' ');

// Other tests of the server have transactions of their own: what ends them is awaited, not a time.
async function readAll(source: OutboxSource): Promise<CapturedChange[]> {
  const changes: CapturedChange[] = [];
  const { rows } = await at.database.query<{ xmax: string }>(`select pg_current_xact_id()::text as xmax`);
  for (;;) {
    const { rows: now } = await at.database.query<{ isPast: boolean }>(
      `select pg_snapshot_xmin(pg_current_snapshot()) > $1::text::xid8 as "isPast"`,
      [rows[0]!.xmax],
    );
    const batch = await source.read(at.database);
    changes.push(...batch.changes);
    if (batch.isLast && now[0]!.isPast) return changes;
  }
}

describe('the reader of the outbox', () => {
  it('loses nothing of transactions that commit in the reverse order of their inserts', async () => {
    const source = createOutboxSource();
    const clients = await Promise.all([1, 2, 3].map(() => at.database.pool.connect()));
    try {
      for (const [i, client] of clients.entries()) {
        await client.query('begin');
        await client.query('insert into thing values ($1, 0)', [i + 1]);
      }
      for (const client of [...clients].reverse()) {
        const { changes, whole } = await source.read(at.database);
        // The first is still running: nothing after it may be read.
        expect(changes).toEqual([]);
        expect(whole).toBeUndefined();
        await client.query('commit');
      }
    } finally {
      for (const client of clients) client.release();
    }
    expect((await readAll(source)).map(show)).toEqual(['1 insert 1,0', '1 insert 2,0', '1 insert 3,0']);
  });

  it('passes over what was rolled back, and says of each transaction when it has come whole', async () => {
    const source = createOutboxSource({ rows: 2 });
    await at.database.query('insert into thing values (1, 1), (2, 2), (3, 3)');
    await at.database
      .transaction(async (client) => {
        await client.query('delete from thing');
        throw new Error('no');
      })
      .catch(() => {});
    await at.database.query('update thing set n = n + 1 where id = 2');
    const changes = await readAll(source);
    expect(changes.map(show)).toEqual(['1 insert 1,1', '2 insert 2,2', '3 insert 3,3', '1 update 2,2 2,3']);
    const again = createOutboxSource({ rows: 2 });
    const first = await again.read(at.database);
    expect(first.changes.length).toBe(2);
    expect(first.whole).toBeUndefined();
    const second = await again.read(at.database);
    expect(second.whole).toBe(changes[0]!.transaction.number);
  });

  it('gives every change the same place when it is read again, until it is settled', async () => {
    for (let i = 1; i <= 3; i++)
      await at.database.query('insert into thing values ($1, 0), ($1 + 10, 0)', [i]);
    const placeOf = ({ transaction, ordinal, after }: CapturedChange) => [
      transaction.number,
      ordinal,
      readTuple(after!),
    ];
    const once = (await readAll(createOutboxSource())).map(placeOf);
    const twice = (await readAll(createOutboxSource({ rows: 1 }))).map(placeOf);
    expect(twice).toEqual(once);
    await createOutboxSource({ removed: 1 }).settle(at.database, once[3]![0] as bigint);
    expect((await readAll(createOutboxSource())).map(placeOf)).toEqual(once.slice(4));
  });

  it('keeps to about so many bytes', async () => {
    await at.database.query(`alter table thing add column long text`);
    await at.database.query(
      `insert into thing select g, 0, repeat('x', 1000) from generate_series(1, 100) g`,
    );
    const source = createOutboxSource({ bytes: 10_000 });
    let batch = await source.read(at.database);
    while (batch.changes.length === 0) batch = await source.read(at.database);
    expect(batch.changes.length).toBe(10);
    expect(batch.isLast).toBe(false);
    expect((await readAll(source)).length).toBe(90);
  });

  it('says who made each change of a transaction', async () => {
    await at.database.transaction(async (client) => {
      await client.query('insert into thing values (1, 0)');
      await client.query(`select set_config('dovetail.origin', '{"kind":"user"}', true)`);
      await client.query('insert into thing values (2, 0), (3, 0)');
    });
    const changes = await readAll(createOutboxSource());
    expect(changes.map(({ transaction }) => transaction.origin)).toEqual([
      '',
      '{"kind":"user"}',
      '{"kind":"user"}',
    ]);
  });
});

describe('beginning anew', () => {
  it('reads each record once: in the snapshot, or as a change after it', async () => {
    const open = await at.database.pool.connect();
    const other = openDatabase(at.url, { max: 1 });
    try {
      await at.database.query('insert into thing values (1, 0)');
      await open.query('begin');
      await open.query('insert into thing values (2, 0)');
      const seen = await beginOutbox(at.database, async ({ snapshot }) => {
        await open.query('commit');
        await at.database.query('insert into thing values (3, 0)');
        return other.transaction(async (client) => {
          await client.query('set transaction isolation level repeatable read');
          await client.query(`set transaction snapshot '${snapshot}'`);
          return (await client.query<{ id: number }>('select id from thing order by id')).rows.map(
            ({ id }) => id,
          );
        });
      });
      expect(seen).toEqual([1]);
      expect((await readAll(createOutboxSource())).map(show)).toEqual(['1 insert 2,0', '1 insert 3,0']);
    } finally {
      open.release();
      await other.close();
    }
  });

  it('removes nothing if it fails', async () => {
    await at.database.query('insert into thing values (1, 0)');
    await expect(beginOutbox(at.database, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect((await readAll(createOutboxSource())).map(show)).toEqual(['1 insert 1,0']);
  });

  it('after a loss captures again, once nobody is under way who saw it', async () => {
    await at.database.query('update dovetail.watching set outbox_bytes = 50000');
    await at.database.query('insert into thing select g, 0 from generate_series(1, 2000) g');
    const blind = await at.database.pool.connect();
    await blind.query('begin');
    await blind.query('insert into thing values (3001, 0)');
    await at.database.query('insert into thing values (3002, 0)');
    const quick = { lockMs: 50, attempts: 2 };
    await expect(clearLostOutbox(at.database, systemClock.sleep, quick)).rejects.toMatchObject({
      code: 'CHANGES-204',
    });
    await blind.query('commit');
    blind.release();
    const source = createOutboxSource();
    let lost: readonly { table: string }[] = [];
    while (lost.length === 0) lost = (await source.read(at.database)).lost;
    expect(lost).toContainEqual({ schema: 'public', table: 'thing' });
    await clearLostOutbox(at.database, systemClock.sleep);
    await at.database.query('insert into thing values (3003, 0)');
    expect((await readAll(createOutboxSource())).map(show)).toEqual(['1 insert 3003,0']);
  });
});

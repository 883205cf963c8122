// The slot never fills the disk: near its limit it is told, past it it is dropped, whoever reads it.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSlotGuard, type SlotReading } from '../../src/engine/changes/watch/slot-guard.js';
import { systemClock } from '../../src/foundation/lifecycle/clock.js';
import { createHandClock } from '../cli/cli-stage.js';
import { hasLogicalWal } from '../support/logical-wal.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

let at: TestDatabase;
let slot: string;
beforeEach(async () => {
  at = await createTestDatabase();
  const { rows } = await at.database.query<{ name: string }>(
    `select 'dovetail_' || oid as name from pg_database where datname = current_database()`,
  );
  slot = rows[0]!.name;
  await at.database.query(`select pg_create_logical_replication_slot($1, 'pgoutput')`, [slot]);
});
afterEach(async () => {
  await at.database.query(
    'select pg_drop_replication_slot(slot_name) from pg_replication_slots where slot_name = $1',
    [slot],
  );
  await at.drop();
});

const writeWal = (bytes: number) =>
  at.database.query(`select pg_logical_emit_message(false, 'test', repeat('x', $1))`, [bytes]);
const hasSlot = async () =>
  (await at.database.query('select from pg_replication_slots where slot_name = $1', [slot])).rowCount === 1;
const readBytes = async () =>
  (
    await at.database.query<{ bytes: number }>(
      'select (pg_current_wal_lsn() - restart_lsn)::float8 as bytes from pg_replication_slots where slot_name = $1',
      [slot],
    )
  ).rows[0]!.bytes;

describe.skipIf(!(await hasLogicalWal()))('the guard of the slot', () => {
  it('tells once that it is near its limit, and drops it past that', async () => {
    const told: string[] = [];
    const tell = (what: string) => (reading: SlotReading) => told.push(`${what} ${reading.slot}`);
    const rooms = {
      database: at.database,
      clock: systemClock,
      onNear: tell('near'),
      onDropped: tell('dropped'),
    };
    const fine = createSlotGuard({ ...rooms, limit: (await readBytes()) + 100 * 1024 * 1024 });
    expect(await fine.look()).toMatchObject({ state: 'fine' });
    expect(told).toEqual([]);

    await writeWal(40 * 1024 * 1024);
    // Others write to the same server: the limit goes by what is kept now.
    const near = createSlotGuard({ ...rooms, limit: (await readBytes()) * 1.15 });
    await near.look();
    await near.look();
    expect(told).toEqual([`near ${slot}`]);
    expect(await hasSlot()).toBe(true);

    const past = createSlotGuard({ ...rooms, limit: 1024 * 1024 });
    expect(await past.look()).toMatchObject({ state: 'past' });
    expect(told).toEqual([`near ${slot}`, `dropped ${slot}`]);
    expect(await hasSlot()).toBe(false);
    expect(await past.look()).toBeUndefined();
  });

  it('drops it under the hands of a session that reads it', async () => {
    const { default: pg } = await import('pg');
    const reader = new pg.Client({ connectionString: at.url, replication: 'database' } as object);
    reader.on('error', () => {});
    await reader.connect();
    await at.database.query(`create publication dovetail`);
    const ended = reader
      .query(`START_REPLICATION SLOT "${slot}" LOGICAL 0/0 (proto_version '1', publication_names 'dovetail')`)
      .catch((error: Error) => error.message);
    await expect
      .poll(async () => {
        const { rows } = await at.database.query(
          'select active from pg_replication_slots where slot_name = $1',
          [slot],
        );
        return rows[0]?.['active'];
      })
      .toBe(true);
    await writeWal(4 * 1024 * 1024);
    const guard = createSlotGuard({ database: at.database, clock: systemClock, limit: 1 });
    // What the reader acknowledges frees the server of it: it acknowledges nothing.
    expect(await guard.look()).toMatchObject({ state: 'past' });
    expect(await hasSlot()).toBe(false);
    expect(await ended).toMatch(/terminat/);
    await reader.end().catch(() => {});
  });

  it('looks every now and then, and goes on after a look that failed', async () => {
    const clock = createHandClock();
    const failed: string[] = [];
    let broken = true;
    const database = {
      query: (...args: Parameters<typeof at.database.query>) =>
        broken ? Promise.reject(new Error('away')) : at.database.query(...args),
    } as typeof at.database;
    const dropped = new Promise<SlotReading>((resolve) => {
      const guard = createSlotGuard({
        database,
        clock,
        limit: 1,
        everyMs: 1_000,
        onDropped: resolve,
        onFailed: (error) => failed.push((error as Error).message),
      });
      guard.start();
    });
    clock.pass(1_000);
    await expect.poll(() => failed).toEqual(['away']);
    broken = false;
    await writeWal(1024);
    clock.pass(1_000);
    expect((await dropped).slot).toBe(slot);
  });
});

// What only a server of one's own can show: a slot that it gave up, one without a limit, a restart, and a failover to a standby.
import {
  chmodSync,
  chownSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StreamEntry } from '../../src/engine/changes/index.js';
import { type Database, openDatabase } from '../../src/foundation/postgres/database.js';
import { startEmbeddedPostgres } from '../../src/foundation/postgres/embedded/embedded-postgres.js';
import { openTail, prepareWatched, type RunningStream, readLog, startStream } from './stream-fixture.js';

const SMALL = { shared_buffers: '32MB', fsync: 'off', max_wal_size: '64MB', min_wal_size: '32MB' };

let folder: string;
const closing: (() => Promise<unknown>)[] = [];
async function startServer(name: string, settings: Readonly<Record<string, string>> = {}) {
  const server = await startEmbeddedPostgres({
    folder: join(folder, name),
    settings: { ...SMALL, ...settings },
  });
  closing.push(() => server.stop());
  return server;
}
function connect(url: string): Database {
  const database = openDatabase(url);
  closing.push(() => database.close());
  return database;
}
function follow(database: Database, more: Parameters<typeof startStream>[1] = {}): RunningStream {
  const stream = startStream(database, more);
  closing.push(() => stream.stop().catch(() => {}));
  return stream;
}
async function readUntil(database: Database, id: string): Promise<readonly StreamEntry[]> {
  const log = openTail(database);
  try {
    return await readLog(log, (all) => all.some((one) => one.kind === 'change' && one.key[0] === id));
  } finally {
    await log.close();
  }
}
const brief = (entries: readonly StreamEntry[]) =>
  entries.map((one) => (one.kind === 'change' ? `${one.operation} ${one.key}` : one.kind));

/** The server may run as another user than the tests. */
function giveTo(place: string, { uid, gid }: { readonly uid: number; readonly gid: number }): void {
  if (process.getuid?.() !== 0) return;
  for (const path of [
    'data',
    ...(readdirSync(join(place, 'data'), { recursive: true }) as string[]).map((name) => join('data', name)),
  ]) {
    chownSync(join(place, path), uid, gid);
  }
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dovetail-other-server-'));
  chmodSync(folder, 0o755);
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  rmSync(folder, { recursive: true, force: true });
});

describe('a slot', () => {
  it('without a limit is not made, unless that was accepted by name', async () => {
    const server = await startServer('one', { max_slot_wal_keep_size: '-1' });
    const database = connect(server.url);
    await prepareWatched(database, 'create table item (id int primary key)');
    await expect(follow(database).ended).rejects.toMatchObject({
      code: 'CHANGES-103',
      hint: expect.stringContaining('acceptUnlimitedSlot'),
    });
    const { rows } = await database.query('select from pg_replication_slots');
    expect(rows).toHaveLength(0);
    await follow(database, { acceptUnlimitedSlot: true }).heard('following');
  });

  it('that the server gave up, or that went over our own limit, means a gap and the tables anew', async () => {
    const server = await startServer('one', { max_slot_wal_keep_size: '32MB' });
    const database = connect(server.url);
    await prepareWatched(
      database,
      'create table item (id int primary key); create table other (t text)',
      'for table item',
    );
    const first = follow(database);
    await first.heard('following');
    await database.query('insert into item values (1)');
    await readUntil(database, '1');
    await first.stop();
    await database.query('delete from item; insert into item values (2)');
    for (let i = 0; i < 8; i++) {
      await database.query(
        `insert into other select repeat(md5(i::text), 30) from generate_series(1, 16000) i`,
      );
      await database.query('select pg_switch_wal()');
    }
    await database.query('checkpoint');
    const second = follow(database);
    expect(await second.heard('epoch')).toMatchObject({
      epoch: 2,
      reason: expect.stringContaining('given up by the server'),
    });
    await second.heard('following');
    await database.query('insert into item values (3)');
    expect(brief(await readUntil(database, '3'))).toEqual([
      'gap',
      'insert 1',
      'gap',
      'snapshot-begin',
      'snapshot 2',
      'snapshot-end',
      'insert 3',
    ]);
    await second.stop();
    const third = follow(database, { slotBytes: 1 });
    expect(await third.heard('interrupted')).toMatchObject({ reason: expect.stringContaining('limit') });
    await expect.poll(() => third.events.filter(({ event }) => event === 'epoch').length).toBeGreaterThan(0);
  }, 120_000);
});

describe('a server', () => {
  it('that is restarted is followed on, in the same epoch', async () => {
    const server = await startServer('one');
    const database = connect(server.url);
    await prepareWatched(database, 'create table item (id int primary key)', 'for table item');
    const stream = follow(database);
    await stream.heard('following');
    await database.query('insert into item values (1)');
    await server.stop();
    await stream.heard('interrupted');
    await startServer('one');
    await database.query('insert into item values (2)');
    expect(brief(await readUntil(database, '2'))).toEqual(['gap', 'insert 1', 'insert 2']);
  }, 120_000);

  it('that failed over to a standby is followed in a new epoch, with a gap and the tables as they are there', async () => {
    const primary = await startServer('one');
    const before = connect(primary.url);
    await prepareWatched(before, 'create table item (id int primary key)', 'for table item');
    const stream = follow(before);
    await stream.heard('following');
    await before.query('insert into item values (1), (2)');
    await readUntil(before, '2');
    await stream.stop();
    await primary.stop();
    // A standby, as a copy of the primary's files makes it.
    cpSync(primary.folder, join(folder, 'two'), {
      recursive: true,
      verbatimSymlinks: true,
      preserveTimestamps: true,
    });
    writeFileSync(join(folder, 'two', 'data', 'standby.signal'), '');
    giveTo(join(folder, 'two'), statSync(join(primary.folder, 'data')));
    const standby = await startServer('two');
    const after = connect(standby.url);
    await expect(after.query('insert into item values (0)')).rejects.toMatchObject({ code: '25006' });
    await after.query('select pg_promote(true, 60)');
    await after.query('delete from item where id = 1');
    const other = follow(after);
    expect(await other.heard('epoch')).toMatchObject({
      epoch: 101,
      reason: expect.stringContaining('timeline 1 to 2'),
    });
    await other.heard('following');
    await after.query('insert into item values (3)');
    expect(brief(await readUntil(after, '3')).slice(3)).toEqual([
      'gap',
      'snapshot-begin',
      'snapshot 2',
      'snapshot-end',
      'insert 3',
    ]);
  }, 120_000);
});

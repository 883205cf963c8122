// Where the stream can't go on it says so: a new epoch, a gap, the tables as they are. Where it can, nobody notices.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ChangeLog, STREAM_START, type StreamEntry } from '../../src/engine/changes/index.js';
import { dropParts, listParts } from '../../src/engine/changes/log/log-parts.js';
import { openLogWriter, type RunInSession } from '../../src/engine/changes/log/log-writer.js';
import { systemClock } from '../../src/foundation/lifecycle/clock.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { openTail, prepareWatched, type RunningStream, readLog, startStream } from './stream-fixture.js';

let test: TestDatabase;
let log: ChangeLog;
const running: RunningStream[] = [];
const sql = (text: string) => test.database.query(text);

function start(): RunningStream {
  const stream = startStream(test.database);
  running.push(stream);
  return stream;
}
async function stopAll(): Promise<void> {
  for (const stream of running.splice(0)) await stream.stop().catch(() => {});
}
const slotName = async () =>
  (await sql(`select 'dovetail_' || oid as name from pg_database where datname = current_database()`))
    .rows[0]!['name'] as string;
const hasIds =
  (...ids: string[]) =>
  (entries: readonly StreamEntry[]) =>
    ids.every((id) => entries.some((one) => one.kind === 'change' && one.key[0] === id));
/** In short, as a consumer would see it. */
const brief = (entries: readonly StreamEntry[]) =>
  entries.map((one) =>
    one.kind === 'change'
      ? `${one.operation} ${one.key.join('/')}`
      : one.kind === 'gap'
        ? `gap: ${one.reason}`
        : one.kind,
  );

beforeEach(async () => {
  test = await createTestDatabase();
  await prepareWatched(test.database, 'create table item (id int primary key, name text)', 'for table item');
  log = openTail(test.database);
});
afterEach(async () => {
  await stopAll();
  await log.close();
  await test.drop();
});

/** A first life of the stream, in which record 1 and 2 were seen. */
async function liveOnce(): Promise<void> {
  const first = start();
  await first.heard('following');
  await sql(`insert into item values (1, 'a'), (2, 'tab\there\\nand \\\\ back')`);
  await readLog(log, hasIds('1', '2'));
  await stopAll();
}

describe('a stream that was stopped', () => {
  it('goes on where it was, with what was committed meanwhile, in the same epoch', async () => {
    await liveOnce();
    await sql(`insert into item values (3, 'meanwhile')`);
    await start().heard('following');
    const entries = await readLog(log, hasIds('3'));
    expect(brief(entries)).toEqual(['gap: The stream begins', 'insert 1', 'insert 2', 'insert 3']);
    expect(new Set(entries.map(({ position }) => position.epoch))).toEqual(new Set([1]));
  });

  it('whose slot has gone makes a gap, and tells the tables anew, so that a deletion inside the gap is seen', async () => {
    await liveOnce();
    await sql(`select pg_drop_replication_slot('${await slotName()}')`);
    await sql(`delete from item where id = 1`);
    await sql(`insert into item values (4, null)`);
    const stream = start();
    expect(await stream.heard('epoch')).toMatchObject({ epoch: 2, reason: 'The replication slot has gone' });
    await stream.heard('following');
    await sql(`insert into item values (5, 'after')`);
    const entries = await readLog(log, hasIds('5'));
    expect(brief(entries).slice(3)).toEqual([
      'gap: The replication slot has gone',
      'snapshot-begin',
      'snapshot 2',
      'snapshot 4',
      'snapshot-end',
      'insert 5',
    ]);
    const [second, fourth] = entries.filter((one) => one.kind === 'change' && one.operation === 'snapshot');
    const valuesOf = (one: StreamEntry) => one.kind === 'change' && Object.fromEntries(one.after!);
    expect(valuesOf(second!)).toEqual({ id: '2', name: 'tab\there\\nand \\\\ back' });
    expect(valuesOf(fourth!)).toEqual({ id: '4', name: null });
  });

  it('whose slot somebody else moved on makes a gap', async () => {
    await liveOnce();
    await sql(`insert into item values (3, 'lost')`);
    await sql(`select pg_replication_slot_advance('${await slotName()}', pg_current_wal_lsn())`);
    expect(await start().heard('epoch')).toMatchObject({ reason: expect.stringContaining('somebody else') });
    expect(brief(await readLog(log, hasIds('3'))).at(-2)).toBe('snapshot 3');
  });

  it('that was cut off while it read the tables anew begins that again, in an epoch of its own', async () => {
    await liveOnce();
    // As a kill between the two leaves it.
    await sql(`insert into dovetail.change_epochs (epoch, capture, reason, system_id, timeline)
      select 2, capture, 'cut off', system_id, timeline from dovetail.change_epochs`);
    expect(await start().heard('epoch')).toMatchObject({
      epoch: 3,
      reason: expect.stringContaining('interrupted'),
    });
  });

  it('finds the database restored elsewhere by its server, and leaves room for epochs that it forgot', async () => {
    await liveOnce();
    await sql(`update dovetail.change_epochs set system_id = '1'`);
    expect(await start().heard('epoch')).toMatchObject({
      epoch: 101,
      reason: expect.stringContaining('another server'),
    });
  });

  it('after which the publication was made anew says what was not watched', async () => {
    await liveOnce();
    await sql('drop publication dovetail');
    await sql(`insert into item values (3, 'unwatched')`);
    const stream = start();
    await stream.heard('nothing-watched');
    await sql('create publication dovetail for table item');
    await stream.heard('following');
    await sql(`insert into item values (4, 'watched')`);
    // From 18 on a publication that is missing is no error to the server: what was written then is passed over.
    expect(brief(await readLog(log, hasIds('4'))).at(-1)).toBe('insert 4');
  });
});

describe('a stream that runs', () => {
  it('goes on after its connections were cut, whichever, and loses nothing', async () => {
    const stream = start();
    await stream.heard('following');
    for (let round = 0; round < 6; round++) {
      await sql(`insert into item values (${round * 2}, 'before')`);
      await sql(`select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and application_name in ('dovetail_stream', 'dovetail_notices')
          and (backend_type = 'walsender') = ${round % 2 === 0}`);
      await sql(`insert into item values (${round * 2 + 1}, 'after')`);
      await readLog(log, hasIds(String(round * 2 + 1)));
    }
    const entries = await readLog(log, hasIds('11'));
    expect(brief(entries).slice(1)).toEqual(Array.from({ length: 12 }, (_, i) => `insert ${i}`));
    expect(stream.events.filter(({ event }) => event === 'epoch')).toHaveLength(1);
  });

  it('is one of two: the other stands by, and takes over when it ends', async () => {
    const first = start();
    await first.heard('following');
    const second = start();
    await second.heard('standby');
    await sql(`insert into item values (1, 'a')`);
    await readLog(log, hasIds('1'));
    await first.stop();
    await sql(`insert into item values (2, 'b')`);
    await second.heard('following');
    await sql(`insert into item values (3, 'c')`);
    expect(brief(await readLog(log, hasIds('3'))).slice(1)).toEqual(['insert 1', 'insert 2', 'insert 3']);
  });

  it('tells the server what it need not keep, also while nothing of it is for the log', async () => {
    const stream = start();
    await stream.heard('following');
    const confirmed = async () =>
      (
        await sql(
          `select confirmed_flush_lsn - '0/0' as at from pg_replication_slots where slot_name = '${await slotName()}'`,
        )
      ).rows[0]!['at'] as string;
    const before = Number(await confirmed());
    await sql('create table unwatched as select i, md5(i::text) from generate_series(1, 5000) i');
    await expect
      .poll(async () => Number(await confirmed()) - before, { timeout: 20_000 })
      .toBeGreaterThan(200_000);
  });

  it('stops where the log was written by somebody else, and goes on from there', async () => {
    const stream = start();
    await stream.heard('following');
    await sql(`insert into item values (1, 'a')`);
    await readLog(log, hasIds('1'));
    await sql(`update dovetail.change_head set ordinal = ordinal + 1`);
    await sql(`insert into item values (2, 'b')`);
    expect(await stream.heard('interrupted')).toMatchObject({
      reason: expect.stringContaining('another process wrote'),
    });
    await readLog(log, hasIds('2'));
  });

  it('does not tell of itself where all tables are published', async () => {
    await sql('drop publication dovetail');
    await sql('create publication dovetail for all tables');
    const stream = start();
    await stream.heard('following');
    await sql(`insert into item values (1, 'a')`);
    await readLog(log, hasIds('1'));
    await sql(`insert into item values (2, 'b')`);
    const entries = await readLog(log, hasIds('2'));
    expect(brief(entries)).toEqual(['gap: The stream begins', 'insert 1', 'insert 2']);
  });

  it('keeps the log in parts that are dropped whole, and says to whoever comes too late that changes are missing', async () => {
    const { head, writer } = await writeParts();
    expect(await listParts(test.database)).toHaveLength(3);
    await sql(`update dovetail.change_parts set closed_at = now() - interval '2 days' where part = 1`);
    expect(await dropParts(test.database, new Date(Date.now() - 86_400_000))).toBe(1);
    const tail = await log.readTail();
    expect(tail).toEqual({ epoch: 7, lsn: 1n, ordinal: 1 });
    expect(await log.readAfter(STREAM_START)).toEqual({ kind: 'expired', tail });
    expect(await log.readAfter({ epoch: 7, lsn: 1n, ordinal: 0 })).toEqual({ kind: 'expired', tail });
    const rest = await readLog(log, (all) => all.length === 2, tail);
    expect(rest.map(({ position }) => position.lsn)).toEqual([2n, 3n]);
    expect(writer.head).toMatchObject(head);
  });
});

/** Three gaps, each in a part of its own. */
async function writeParts() {
  const run: RunInSession = (work) => test.database.withClient(work);
  const writer = await openLogWriter({ run, clock: systemClock, epoch: 7, partBytes: 0 });
  for (const lsn of [1n, 2n, 3n]) {
    writer.blocks.begin({ lsn, number: 1n, committedAt: 0n, origin: Buffer.alloc(0) });
    writer.blocks.gap(1, `gap ${lsn}`);
    await writer.flush();
  }
  return { writer, head: { epoch: 7, lsn: 3n, ordinal: 1 } };
}

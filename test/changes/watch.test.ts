// Watching, table by table: what is chosen, what is asked of whom, what is remembered, and what becomes of it when tables change.
import { afterEach, describe, expect, it } from 'vitest';
import { hasLogicalWal } from '../support/logical-wal.js';
import { readSchemaSnapshot } from '../support/schema-snapshot.js';
import { openSetUp, openWatched, toWish, unwatchNow, type Watched, watchNow } from './watch-fixture.js';

const itByLog = it.skipIf(!(await hasLogicalWal()));

let at: Watched;
afterEach(() => at?.drop());

const ofTables = async () =>
  Object.fromEntries((await at.watch.find())!.tables.map(({ table, how }) => [table, how]));

describe('a plan', () => {
  itByLog('tells every statement before anything is run, and what it is for', async () => {
    at = await openSetUp('empty', 'create table thing (id int primary key); create table loose (id int)');
    const before = await readSchemaSnapshot(at.database);
    const plan = await at.watch.planWatch(toWish('all', { capture: 'wal' }));
    expect(await readSchemaSnapshot(at.database)).toEqual(before);
    const statements = plan.steps.flatMap((step) => step.statements);
    expect(statements[0]).toMatch(
      /^create publication "dovetail" for table only "public"."thing" with \(publish_via_partition_root = true/,
    );
    expect(statements.filter((statement) => statement.includes('create trigger')).length).toBe(5);
    expect(plan.tables).toEqual([
      expect.objectContaining({
        entity: 'loose',
        how: 'trigger',
        says: expect.stringContaining('primary key'),
      }),
      expect.objectContaining({ entity: 'thing', how: 'publication', says: '' }),
    ]);
    await at.watch.watch(toWish('all', { capture: 'wal' }), plan);
    const again = await at.watch.planWatch(toWish('all'));
    expect([again.capture, again.steps]).toEqual(['wal', []]);
  });

  itByLog('that is out of date is not carried out', async () => {
    at = await openSetUp('empty', 'create table thing (id int primary key)');
    const wish = toWish(['thing'], { capture: 'wal' });
    const plan = await at.watch.planWatch(wish);
    await at.database.query('alter table thing drop constraint thing_pkey');
    await expect(at.watch.watch(wish, plan)).rejects.toMatchObject({ code: 'CHANGES-205' });
    expect(await at.watch.find()).toBeUndefined();
  });

  it.each([
    ['create view seen as select 1 as id', 'seen', 'CHANGES-201', 'view'],
    [
      `create extension postgres_fdw; create server far foreign data wrapper postgres_fdw; create foreign table seen (id int) server far`,
      'seen',
      'CHANGES-201',
      'another server',
    ],
    [
      `create extension postgres_fdw; create server far foreign data wrapper postgres_fdw;
       create table seen (id int) partition by list (id); create foreign table seen_1 partition of seen for values in (1) server far`,
      'seen',
      'CHANGES-202',
      'seen_1',
    ],
  ])('refuses what is no table of its own: %s', async (sql, name, code, says) => {
    at = await openSetUp('empty', sql);
    await expect(at.watch.planWatch(toWish([name]))).rejects.toMatchObject({
      code,
      detail: expect.stringContaining(says),
    });
    const all = await at.watch.planWatch(toWish('all'));
    expect(all.tables).toEqual([]);
    expect(all.steps).toEqual([]);
  });

  itByLog('chooses another name for the publication where somebody has it', async () => {
    at = await openSetUp(
      'empty',
      'create table thing (id int primary key); create publication dovetail for all tables',
    );
    const plan = await watchNow(at, 'all', { capture: 'wal' });
    expect(plan.publication).toBe('dovetail_2');
    await unwatchNow(at, 'all');
    const { rows } = await at.database.query('select pubname from pg_publication');
    expect(rows).toEqual([{ pubname: 'dovetail' }]);
  });
});

describe('the way of capture', () => {
  itByLog('chooses itself, stays the same for all tables, and changes for all at once', async () => {
    at = await openSetUp(
      'empty',
      'create table thing (id int primary key); create table other (id int primary key)',
    );
    const before = await readSchemaSnapshot(at.database);
    const { rows } = await at.database.query<{ level: string }>(
      `select current_setting('wal_level') as level`,
    );
    const auto = await at.watch.planWatch(toWish(['thing']));
    expect(auto.capture).toBe(rows[0]!.level === 'logical' ? 'wal' : 'trigger');
    expect(auto.captureSays).toContain('wal_level');

    await watchNow(at, ['thing'], { capture: 'trigger' });
    await watchNow(at, ['other']);
    expect(await ofTables()).toEqual({ thing: 'trigger', other: 'trigger' });
    await watchNow(at, ['other'], { capture: 'wal' });
    expect(await ofTables()).toEqual({ thing: 'publication', other: 'publication' });
    const { rows: triggers } = await at.database.query(
      `select from pg_trigger where tgname like '00_dovetail%'`,
    );
    expect(triggers).toEqual([]);
    await watchNow(at, ['thing'], { capture: 'trigger' });
    expect((await at.database.query('select from pg_publication')).rowCount).toBe(0);
    await unwatchNow(at, 'all');
    expect(await readSchemaSnapshot(at.database)).toEqual(before);
  });
});

describe('the replica identity', () => {
  itByLog('is made full after consent only, and put back exactly as it was', async () => {
    at = await openSetUp(
      'empty',
      `create table plain (id int primary key);
       create table chosen (id int primary key, code text not null); create unique index by_code on chosen (code);
       alter table chosen replica identity using index by_code;
       create table silent (id int primary key); alter table silent replica identity nothing;
       create table whole (id int); alter table whole replica identity full;
       create table loose (id int);
       create table late (id int primary key deferrable initially deferred);
       create table part (id int primary key) partition by range (id); create table part_1 partition of part for values from (0) to (9);
       create table bare (id int) partition by range (id); create table bare_1 partition of bare for values from (0) to (9)`,
    );
    const before = await readSchemaSnapshot(at.database);
    await watchNow(at, 'all', { capture: 'wal' });
    const byKey = { plain: 'publication', chosen: 'publication', whole: 'publication', part: 'publication' };
    expect(await ofTables()).toEqual({
      ...byKey,
      silent: 'trigger',
      loose: 'trigger',
      late: 'trigger',
      bare: 'trigger',
    });
    await watchNow(at, 'all', { capture: 'wal', replicaIdentity: 'full' });
    expect(await ofTables()).toEqual({
      ...byKey,
      silent: 'publication',
      loose: 'publication',
      late: 'publication',
      // A partition made later would begin without.
      bare: 'trigger',
    });
    const { rows } = await at.database.query(
      `select relname from pg_class where relreplident = 'f' order by 1`,
    );
    expect(rows.map(({ relname }) => relname)).toEqual([
      'chosen',
      'late',
      'loose',
      'part',
      'part_1',
      'plain',
      'silent',
      'whole',
    ]);
    await at.database.query('insert into loose values (1); update loose set id = 2; delete from loose');

    await at.database.query('alter table plain replica identity nothing');
    await unwatchNow(at, ['plain']);
    await at.database.query('alter table plain replica identity default');
    await watchNow(at, ['loose'], { replicaIdentity: 'key' });
    expect((await ofTables())['loose']).toBe('trigger');
    await unwatchNow(at, 'all');
    expect(await readSchemaSnapshot(at.database)).toEqual(before);
  });

  itByLog(
    'goes no way on which PostgreSQL would refuse the application’s updates because of computed columns',
    async () => {
      at = await openSetUp('empty');
      const { rows } = await at.database.query<{ major: number }>(
        `select current_setting('server_version_num')::int / 10000 as major`,
      );
      const kinds = rows[0]!.major >= 18 ? ['stored', 'virtual'] : ['stored'];
      for (const kind of kinds) {
        await at.database.query(
          `create table c_${kind} (id int primary key, n int, twice int generated always as (n * 2) ${kind})`,
        );
      }
      await at.database.query(
        'create table c_key (n int, twice int generated always as (n * 2) stored primary key)',
      );
      for (const replicaIdentity of ['key', 'full'] as const) {
        await watchNow(at, 'all', { capture: 'wal', replicaIdentity });
        for (const table of [...kinds.map((kind) => `c_${kind}`), 'c_key']) {
          await at.database.query(
            `insert into ${table} (${table === 'c_key' ? 'n' : 'id, n'}) values (${table === 'c_key' ? '1' : '1, 1'});
           update ${table} set n = 5; delete from ${table}`,
          );
        }
      }
    },
  );
});

describe('rights', () => {
  itByLog('that lack are told with the statements that give them, which suffice', async () => {
    at = await openSetUp('empty', 'create table thing (id int primary key)');
    const [owner, guest] = [`${at.name}_owner`, `${at.name}_guest`];
    const { database } = at;
    await database.query(`create role "${owner}"; create role "${guest}" login password 'guest'; alter table thing owner to "${owner}";
      grant select on thing to "${guest}"; grant usage, create on schema dovetail to "${guest}"; grant all on all tables in schema dovetail to "${guest}";
      grant all on all sequences in schema dovetail to "${guest}"; grant execute on all functions in schema dovetail to "${guest}"`);
    const url = new URL(at.url);
    [url.username, url.password] = [guest, 'guest'];
    const other = await openOther(url.href);
    try {
      const wish = toWish(['thing'], { capture: 'wal' });
      const lacking = await other.watch.planWatch(wish);
      const missing = lacking.findings.filter(({ level }) => level === 'missing');
      expect(missing.map(({ code }) => code).sort()).toEqual([
        'create-publication',
        'replication-right',
        'table-owner',
      ]);
      await expect(other.watch.watch(wish, lacking)).rejects.toMatchObject({
        code: 'CHANGES-203',
        hint: expect.stringContaining(`grant "${owner}" to "${guest}"`),
      });
      for (const { statement } of missing) await database.query(statement!);
      const plan = await other.watch.planWatch(wish);
      expect(plan.findings.filter(({ level }) => level === 'missing')).toEqual([]);
      await other.watch.watch(wish, plan);
      await other.watch.unwatch('all', await other.watch.planUnwatch('all'));
    } finally {
      await other.close();
      await database.query(
        `drop owned by "${guest}" cascade; drop owned by "${owner}" cascade; drop role "${guest}"; drop role "${owner}"`,
      );
    }
  });

  itByLog('to let a slot keep any amount of WAL are the operator’s to give by name', async () => {
    at = await openSetUp('empty', 'create table thing (id int primary key)');
    const plan = await at.watch.planWatch(toWish(['thing'], { capture: 'wal', acceptUnlimitedWal: false }));
    const { rows } = await at.database.query<{ size: string }>(
      `select current_setting('max_slot_wal_keep_size') as size`,
    );
    const levels = plan.findings.filter(({ code }) => code === 'slot-limit').map(({ level }) => level);
    expect(levels).toEqual(rows[0]!.size === '-1' ? ['missing'] : []);
    await watchNow(at, ['thing'], { capture: 'wal', acceptUnlimitedWal: true });
    expect((await at.watch.find())!.isUnlimitedWalAccepted).toBe(true);
    await watchNow(at, ['thing'], { acceptUnlimitedWal: false });
    expect((await at.watch.find())!.isUnlimitedWalAccepted).toBe(true);
  });
});

describe('unwatching', () => {
  itByLog(
    'finds what it put on tables that were renamed since, and forgets tables that are gone',
    async () => {
      at = await openSetUp(
        'empty',
        'create table thing (id int primary key); create table gone (id int); create table part (id int) partition by list (id)',
      );
      await watchNow(at, 'all', { capture: 'wal', replicaIdentity: 'full' });
      await at.database.query(
        'alter table thing rename to object; drop table gone; create table part_1 partition of part for values in (1)',
      );
      await at.watch.refresh();
      expect(Object.keys(await ofTables()).sort()).toEqual(['object', 'part']);
      await at.database.query('alter table object rename to matter');
      await unwatchNow(at, 'all');
      const { rows } = await at.database.query(
        `select relname, relreplident from pg_class where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace order by 1`,
      );
      expect(rows).toEqual(['matter', 'part', 'part_1'].map((relname) => ({ relname, relreplident: 'd' })));
      expect(
        (await at.database.query(`select from pg_trigger where tgname like '00_dovetail%'`)).rowCount,
      ).toBe(0);
      expect(await at.watch.find()).toBeUndefined();
    },
  );

  it('of a table that is not watched is refused', async () => {
    at = await openSetUp('empty', 'create table thing (id int primary key)');
    await expect(at.watch.planUnwatch(['thing'])).rejects.toMatchObject({ code: 'CHANGES-206' });
    expect((await at.watch.planUnwatch('all')).steps).toEqual([]);
  });

  itByLog('drops the slot last, with the last table', async () => {
    at = await openSetUp('empty', 'create table thing (id int primary key)');
    await watchNow(at, 'all', { capture: 'wal' });
    await at.database.query(
      `select pg_create_logical_replication_slot('dovetail_' || oid, 'pgoutput') from pg_database where datname = current_database()`,
    );
    const plan = await at.watch.planUnwatch('all');
    expect(plan.slot).toMatch(/^dovetail_\d+$/);
    await at.watch.unwatch('all', plan);
    expect(
      (await at.database.query('select from pg_replication_slots where database = current_database()'))
        .rowCount,
    ).toBe(0);
  });

  it('gives up on a table that others are at work on for long, and changes nothing', async () => {
    at = await openSetUp('empty', 'create table thing (id int primary key)');
    await watchNow(at, 'all', { capture: 'trigger' });
    const before = await readSchemaSnapshot(at.database);
    const { applyUnwatch } = await import('../../src/engine/changes/watch/apply-plan.js');
    const plan = await at.watch.planUnwatch('all');
    const other = await at.database.pool.connect();
    try {
      await other.query('begin; lock table thing');
      await expect(applyUnwatch(at.database, plan, async () => plan, { lockMs: 20 })).rejects.toMatchObject({
        code: 'CHANGES-204',
      });
    } finally {
      await other.query('rollback');
      other.release();
    }
    expect(await readSchemaSnapshot(at.database)).toEqual(before);
  });
});

describe('a watched table that is altered', () => {
  itByLog('leaves the publication when it loses its key, so that its updates go on', async () => {
    at = await openSetUp('empty', 'create table thing (id int primary key)');
    await watchNow(at, 'all', { capture: 'wal' });
    await at.database.query('alter table thing drop constraint thing_pkey');
    const { steps, gaps } = await at.watch.refresh();
    expect(steps.map(({ says }) => says)).toEqual([
      expect.stringContaining('leaves the publication'),
      expect.stringContaining('Triggers'),
    ]);
    expect(gaps).toEqual([{ schema: 'public', table: 'thing' }]);
    await at.database.query('insert into thing values (1); update thing set id = 2; delete from thing');
    expect(await ofTables()).toEqual({ thing: 'trigger' });
    expect((await at.watch.refresh()).steps).toEqual([]);
  });
});

async function openOther(url: string) {
  const { openDatabase } = await import('../../src/foundation/postgres/database.js');
  const { createCatalog } = await import('../../src/engine/catalog/index.js');
  const { createWatchServices } = await import('../../src/engine/changes/watch/watch-services.js');
  const { systemClock } = await import('../../src/foundation/lifecycle/clock.js');
  const database = openDatabase(url, { max: 2 });
  const watch = createWatchServices({ database, catalog: createCatalog({ database }), clock: systemClock });
  return { watch, close: () => database.close() };
}

it('works where Dovetail is not set up: there is nothing to put back', async () => {
  at = await openWatched('empty');
  expect(await at.watch.find()).toBeUndefined();
  expect((await at.watch.planUnwatch('all')).steps).toEqual([]);
});

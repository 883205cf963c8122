// Who made a change travels in its transaction: as a message in the WAL before the rows, and as a setting for triggers.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createImportFixture, type ImportFixture, toCsv } from './import-fixture.js';

let at: ImportFixture;

beforeAll(async () => {
  at = await createImportFixture(`
    create table item (sku text primary key, name text check (name <> 'bad'), parent_sku text references item);
    create table noted (sku text, origin jsonb);
    create function note() returns trigger language plpgsql as $$ begin
      insert into noted values (coalesce(new.sku, old.sku), current_setting('dovetail.origin', true)::jsonb); return null; end $$;
    create trigger note after insert or update or delete on item for each row execute function note()`);
});
afterAll(() => at?.drop());

describe('the origin of a change', () => {
  it('is a setting that triggers can read, also where rows were tried again, waited for others, or are removed', async () => {
    const source = 'sku,name,parent_sku\nA,ok,B\nX,bad,\nB,ok,\n';
    const first = await at.import('item', source, { chunkRows: 1 });
    expect(first.counters).toMatchObject({ added: 2, failed: 1 });
    const mirror = { strategy: 'mirror', removalLimit: { records: 10, share: 1 } } as const;
    const second = await at.import('item', 'sku\nB\n', mirror);
    expect(second.counters).toMatchObject({ deleted: 1 });
    expect(
      await at.rows(`select sku, origin->>'kind', origin->>'id' from noted order by origin->>'id', sku`),
    ).toEqual([
      ['A', 'import', first.run],
      ['B', 'import', first.run],
      ['A', 'import', second.run],
    ]);
  });

  it('is the run; who started it stands with the run itself', async () => {
    const report = await at.import('item', 'sku\nC\n', { startedBy: { kind: 'user', id: 'ada' } });
    expect(report.startedBy).toEqual({ kind: 'user', id: 'ada' });
    const kept = await at.rows(
      `select origin->>'kind', origin->>'id' from dovetail.runs where id = ${report.run}`,
    );
    expect(kept).toEqual([['user', 'ada']]);
  });

  it('ends with the transaction: the connection goes back to the pool without it', async () => {
    const left = await at.rows(`select coalesce(current_setting('dovetail.origin', true), '')`);
    expect(left).toEqual([['']]);
  });

  it('is a logical message in the WAL, in every transaction that changes rows and before the first of them', async (context) => {
    const [level] = await at.rows('show wal_level');
    if (level![0] !== 'logical') context.skip(`this server has wal_level ${level![0]}`);
    const slot = `dovetail_test_${process.pid}`;
    await at.rows(`select pg_create_logical_replication_slot('${slot}', 'test_decoding')`);
    try {
      const rows = [...Array(500).keys()].map((i) => [`W${i}`, i === 77 ? 'bad' : 'ok']);
      const report = await at.import('item', toCsv([['sku', 'name'], ...rows]), {
        chunkRows: 50,
        writers: 2,
      });
      expect(report.counters).toMatchObject({ added: 499, failed: 1 });
      const changes = await at.rows(
        `select xid::text, data from pg_logical_slot_get_changes('${slot}', null, null)`,
      );
      const seen = new Map<string, 'marked' | 'unmarked'>();
      let changed = 0;
      for (const [xid, data] of changes as [string, string][]) {
        if (data.startsWith('message:') && data.includes('prefix: dovetail')) {
          expect(data).toContain(`"id":"${report.run}"`);
          expect(data).toContain('transactional: 1');
          seen.set(xid, 'marked');
        }
        if (!data.startsWith('table public.item:')) continue;
        changed++;
        expect(seen.get(xid)).toBe('marked');
      }
      expect(changed).toBe(499);
      expect(seen.size).toBeGreaterThanOrEqual(10);
    } finally {
      await at.rows(`select pg_drop_replication_slot('${slot}')`);
    }
  });
});

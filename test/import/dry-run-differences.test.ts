// What a dry run shows record by record: additions, updates and deletions, the first of each kind.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countsOf, createImportFixture, type ImportFixture } from './import-fixture.js';

const WIDE = [...Array(160).keys()].map((i) => `f${i}`);

let at: ImportFixture;
beforeAll(async () => {
  at = await createImportFixture(`
    create table item (id int generated always as identity primary key, sku text unique not null, name text default 'unnamed',
      price numeric(8,2), stock int, parent_id int references item);
    insert into item (sku, name, price) select 'S' || i, 'Name ' || i, i from generate_series(1, 40) i;
    create table note (body text, at int default 3);
    create table wide (id int primary key, ${WIDE.map((name) => `${name} int`).join(', ')});
    insert into wide (id, f0) values (1, 1)`);
});
afterAll(() => at?.drop());

const dry = (entity: string, source: string, wish = {}) =>
  at.import(entity, source, { ...wish, dryRun: true });
const shown = (report: Awaited<ReturnType<typeof dry>>) =>
  report.differences!.map(({ action, line, identity, cells }) => [
    action,
    line,
    identity.map(({ value }) => value).join(),
    ...cells.map(({ field, before, after }) => `${field}: ${before} → ${after}`),
  ]);

describe('the differences of a dry run', () => {
  it('show what a new record gets; a null only where there would be a default else', async () => {
    const source =
      '{"sku":"N1","name":"New","price":5}\n{"sku":"N2","name":null,"price":null}\n{"sku":"N3"}\n';
    expect(shown(await dry('item', source, { empty: 'null', name: 'n.ndjson' }))).toEqual([
      ['add', 1, 'N1', 'name: null → New', 'price: null → 5'],
      ['add', 2, 'N2', 'name: null → null'],
      ['add', 3, 'N3', 'name: null → unnamed'],
    ]);
  });

  it('show records that no key names by all their cells', async () => {
    expect(shown(await dry('note', 'body\nhello\n', { strategy: 'add' }))).toEqual([
      ['add', 2, '', 'body: null → hello'],
    ]);
  });

  it('show the whole record that strategy delete takes away', async () => {
    expect(shown(await dry('item', 'sku\nS7\nS99\n', { strategy: 'delete' }))).toEqual([
      ['delete', 2, 'S7', 'id: 7 → null', 'sku: S7 → null', 'name: Name 7 → null', 'price: 7.00 → null'],
    ]);
  });

  it('show the first records a mirror would remove, after what it changes', async () => {
    const source = `sku,name\n${[...Array(25).keys()].map((i) => `S${i + 1},Name ${i + 1}\n`).join('')}S26,Other\n`;
    const report = await dry('item', source, { strategy: 'mirror' });
    expect(report.wouldRemove).toBe(14);
    const list = shown(report);
    expect(list.map(([action, line, sku]) => [action, line, sku])).toEqual([
      ['update', 27, 'S26'],
      ...[...Array(10).keys()].map((i) => ['delete', undefined, `S${27 + i}`]),
    ]);
    expect(list[1]).toEqual([
      'delete',
      undefined,
      'S27',
      'id: 27 → null',
      'sku: S27 → null',
      'name: Name 27 → null',
      'price: 27.00 → null',
    ]);
  });

  it('show no removal where a mirror would refuse to remove', async () => {
    const report = await dry('wide', 'id,f0\nx,1\n', { strategy: 'mirror' });
    expect([report.wouldRemove, report.differences]).toEqual([0, []]);
    expect(report.warnings.map(({ code }) => code)).toEqual(['RECORDS-111']);
  });

  it('show some of each kind over all chunks, however many there are of one', async () => {
    const rows = [...Array(300).keys()].map((i) => `N${i},New,`);
    rows.push(...[...Array(40).keys()].map((i) => `S${i + 1},Changed,`));
    const report = await dry('item', `sku,name,stock\n${rows.join('\n')}\n`, { chunkRows: 25 });
    const count = (action: string) => report.differences!.filter((one) => one.action === action).length;
    expect([count('add'), count('update')]).toEqual([10, 20]);
    expect(report.differences![0]!.line).toBe(2);
    expect(report.differences!.at(-1)!.line).toBe(321);
  });

  it('show rows that wait for others, by the name of these, but not those that find none', async () => {
    const source = 'sku,parent.sku\nA,B\nB,\nC,nowhere\nD,C\nS1,A\n';
    const report = await dry('item', source, { chunkRows: 2 });
    expect(countsOf(report)).toEqual({ read: 5, added: 2, updated: 1, failed: 2 });
    expect(shown(report)).toEqual([
      ['add', 2, 'A', 'parent_id: null → item B'],
      ['add', 3, 'B'],
      ['update', 6, 'S1', 'parent_id: null → item A'],
    ]);
  });

  it('show none of a row that only a probe refuses', async () => {
    await at.run(`create table strict (id int primary key, name text);
      create function refuse() returns trigger language plpgsql as $$ begin
        if new.name = 'bad' then raise exception 'bad'; end if; return new; end $$;
      create trigger refuse before insert on strict for each row execute function refuse()`);
    const source = 'id,name\n1,good\n2,bad\n';
    expect(shown(await dry('strict', source)).map(([, line]) => line)).toEqual([2, 3]);
    expect(shown(await dry('strict', source, { probe: true })).map(([, line]) => line)).toEqual([2]);
  });

  it('can be shown of tables with more columns than a function takes arguments', async () => {
    const row = (id: number, value: number) => [id, ...WIDE.map(() => value)].join();
    const report = await dry('wide', `${['id', ...WIDE].join()}\n${row(1, 2)}\n${row(2, 3)}\n`);
    expect(report.differences!.map(({ cells }) => cells.length)).toEqual([160, 160]);
    const gone = await dry('wide', 'id\n1\n', { strategy: 'delete' });
    expect(shown(gone)).toEqual([['delete', 2, '1', 'id: 1 → null', 'f0: 1 → null']]);
  });
});

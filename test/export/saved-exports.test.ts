// Saved exports and exports of several entities: on the demo shop, through the door.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SavedBody } from '../../src/doors/files/export/saved-exports.js';
import { listArchiveTables } from '../../src/doors/files/import/archive-source.js';
import { toCall } from '../import/import-fixture.js';
import { type DoorFixture, openDoorOn, WATCH } from './template-fixture.js';

const DDL = `
  create table brand (id bigint generated always as identity primary key, name text not null unique);
  create table product (sku text primary key, name text not null, brand_id bigint not null references brand (id), price numeric);
  create table stock (sku text primary key references product (sku), quantity int not null);
  create table note (text text);
  create view cheap as select * from product where price < 10;
  insert into brand (name) values ('Acme'), ('Brix');
  insert into product values ('A', 'Hammer', 1, 9.90), ('B', 'Saw', 2, 12), ('C', 'Nail', 1, 0.10);
  insert into stock values ('A', 5), ('C', 1000);`;

let at: DoorFixture;
beforeAll(async () => {
  at = await openDoorOn('empty', DDL);
});
afterAll(() => at.drop());

const CSV = { format: 'csv', formatOptions: {}, full: false };
const BY = { kind: 'user', id: 'ann' } as const;

async function exportText(body: SavedBody): Promise<string> {
  const path = join(at.folder, 'out.csv');
  await at.files.export({ ...body, ...WATCH, target: { path } });
  return readFile(path, 'utf8');
}

describe('an export', () => {
  it('comes in the order asked for, and stops at its limit', async () => {
    const body = { ...CSV, entity: 'product', fields: ['sku'], order: ['brand.name', '-price'], limit: 2 };
    expect(await exportText(body)).toBe('sku\nA\nC\n');
    await expect(exportText({ ...body, order: ['colour'] })).rejects.toMatchObject({
      code: /^READ-|^CATALOG-/,
    });
  });

  it('has labels above its columns where an import still knows them', async () => {
    const text = await exportText({ ...CSV, entity: 'product', header: 'labels' });
    expect(text.split('\n')[0]).toBe('SKU,Name,Brand Name,Price');
    const report = await at.import('product', 'out.csv');
    expect(report.counters).toMatchObject({ read: 3, unchanged: 3, failed: 0 });
  });
});

describe('a saved export', () => {
  const body: SavedBody = {
    ...CSV,
    entity: 'product',
    fields: ['sku', 'price'],
    where: 'price > 5',
    order: ['-price'],
  };

  it('is kept as it was asked for, in versions', async () => {
    const first = await at.files.saveExport('prices', { ...body, limit: 1 }, BY);
    expect(first).toMatchObject({ name: 'prices', entity: 'product', version: 1, changedBy: BY });
    const second = await at.files.saveExport('prices', body, BY);
    expect(second.version).toBe(2);
    const read = await at.files.readSavedExport('prices');
    expect(read.body).toEqual(body);
    expect(await at.files.findDecay(read)).toBeUndefined();
    expect(await exportText(read.body)).toBe('sku,price\nB,12\nA,9.90\n');
    expect((await at.files.readSavedExports()).map(({ name }) => name)).toEqual(['prices']);
  });

  it('is refused when it is saved if it could not be made', async () => {
    for (const [wrong, code] of [
      [{ ...body, entity: 'produkt' }, 'CATALOG-101'],
      [{ ...body, fields: ['colour'] }, 'MAPPING-202'],
      [{ ...body, where: 'colour = "red"' }, /^READ-/],
      [{ ...body, format: 'docx' }, 'FORMATS-111'],
    ] as const)
      await expect(at.files.saveExport('wrong', wrong, BY)).rejects.toMatchObject({ code });
    await expect(at.files.saveExport('No Name', body, BY)).rejects.toMatchObject({ code: 'EXPORT-106' });
    await expect(at.files.readSavedExport('wrong')).rejects.toMatchObject({ code: 'EXPORT-107' });
    await expect(at.files.readSavedExport('price')).rejects.toMatchObject({ hint: /Did you mean prices/ });
  });

  it('names what is gone once the database no longer has it', async () => {
    await at.files.saveExport('decays', { ...CSV, entity: 'product', fields: ['sku', 'name'] }, BY);
    await at.database.query('alter table product rename name to title');
    const decay = await at.files.findDecay(await at.files.readSavedExport('decays'));
    expect(decay).toMatchObject({
      code: 'EXPORT-108',
      detail: /decays no longer fits.*name/,
      hint: /exports save decays product/,
    });
    await at.database.query('alter table product rename title to name');
    expect(await at.files.findDecay(await at.files.readSavedExport('decays'))).toBeUndefined();
  });

  it('is gone once it is deleted', async () => {
    await at.files.deleteSavedExport('decays');
    await expect(at.files.deleteSavedExport('decays')).rejects.toMatchObject({ code: 'EXPORT-107' });
  });
});

describe('several entities in a zip file', () => {
  const exportAll = async (format: string, entities: readonly string[] | 'all' = 'all') => {
    const path = join(at.folder, 'shop.zip');
    const report = await at.files.exportArchive({
      format,
      formatOptions: {},
      entities,
      target: { path },
      ...WATCH,
    });
    return { report, path };
  };

  it.each(['csv', 'ndjson', 'xlsx', 'xml', 'parquet', 'json'])(
    'come back unchanged as %s',
    async (format) => {
      const { report, path } = await exportAll(format);
      expect(report.entities.map(({ entity, rows }) => [entity, rows])).toEqual([
        ['brand', 2],
        ['product', 3],
        ['stock', 2],
      ]);
      expect(report.left.map(({ entity }) => entity).sort()).toEqual(['cheap', 'note']);
      const back = await at.files.importArchive({ ...toCall({}), source: { path } });
      expect(
        back.runs.map(({ entity, counters: { read, unchanged, failed } }) => [
          entity,
          read,
          unchanged,
          failed,
        ]),
      ).toEqual([
        ['brand', 2, 2, 0],
        ['product', 3, 3, 0],
        ['stock', 2, 2, 0],
      ]);
    },
  );

  it('fill emptied tables again, what is referred to first', async () => {
    const { path } = await exportAll('csv', ['stock', 'product', 'brand']);
    await at.database.query('truncate brand, product, stock');
    const back = await at.files.importArchive({ ...toCall({}), source: { path } });
    expect(back.runs.map(({ entity, counters }) => [entity, counters.added])).toEqual([
      ['brand', 2],
      ['product', 3],
      ['stock', 2],
    ]);
  });

  it('are all of one moment, whatever is written meanwhile', async () => {
    let written: Promise<unknown> | undefined;
    const path = join(at.folder, 'moment.zip');
    const onProgress = () => {
      written ??=
        at.database.query(`insert into product select 'X' || brand_id, 'late', brand_id, 1 from product limit 1;
        insert into stock select sku, 1 from product where name = 'late'`);
    };
    const report = await at.files.exportArchive({
      format: 'csv',
      formatOptions: {},
      entities: 'all',
      target: { path },
      signal: WATCH.signal,
      onProgress: () => {
        onProgress();
      },
    });
    await written;
    expect(written).toBeDefined();
    expect(report.entities.map(({ rows }) => rows)).toEqual([2, 3, 2]);
    await at.database.query(`delete from stock where quantity = 1; delete from product where name = 'late'`);
  });

  it('leave no file behind when one of them fails', async () => {
    const path = join(at.folder, 'none.zip');
    const stop = new AbortController();
    const work = at.files.exportArchive({
      format: 'csv',
      formatOptions: {},
      entities: 'all',
      target: { path },
      signal: stop.signal,
      onProgress: () => stop.abort(),
    });
    await expect(work).rejects.toMatchObject({ code: 'EXPORT-103' });
    await expect(readFile(path)).rejects.toThrow(/ENOENT/);
    await expect(exportAll('csv', ['brand', 'colour'])).rejects.toMatchObject({ code: 'CATALOG-101' });
  });

  it('are named so that an import finds their entities', async () => {
    const { path } = await exportAll('ndjson', ['brand']);
    expect(await listArchiveTables(path)).toEqual(['brand.ndjson']);
  });
});

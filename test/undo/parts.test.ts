// An undo also takes back the records that belong to those a run was about: those it made, changed and removed.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ImportWish } from '../import/import-fixture.js';
import { createUndoFixture, type UndoFixture } from './undo-fixture.js';

let at: UndoFixture;
beforeAll(async () => {
  at = await createUndoFixture(`
    create table item (id bigint generated always as identity primary key, sku text not null unique, name text not null);
    create table image (id bigint generated always as identity primary key, item_id bigint not null references item,
      position int not null, url text not null, unique (item_id, position));
    create table use (image_id bigint not null references image);
    create table category (id bigint generated always as identity primary key, name text not null unique);
    create table item_category (item_id bigint references item, category_id bigint references category, primary key (item_id, category_id))`);
});
beforeEach(() => at.run('truncate item, image, use, category, item_category restart identity cascade'));
afterAll(() => at.drop());

const MAPPING = `
entity: item
fields:
  - { field: sku, column: SKU }
  - { field: name, column: Name }
many:
  image:
    missing: delete
    fields:
      - { field: position, from: n }
      - { field: url, column: "Image {n}" }
  category:
    each: { column: Categories }
    missing: delete
    fields:
      - { field: name, from: item, create: true }
`;
const HEAD = 'SKU,Name,Image 1,Image 2,Categories\n';
const BEFORE = `${HEAD}a,A,a1.jpg,a2.jpg,"lamps, desk"\nb,B,b1.jpg,,lamps\n`;
const AFTER = `${HEAD}a,A,a2.jpg,,"lamps, floor"\nb,Changed,b1.jpg,b2.jpg,\nc,C,c1.jpg,,"floor, new"\n`;

const load = (source: string, wish?: ImportWish) => at.importMapped('item', MAPPING, source, wish);

describe('an undo of an import with records that belong to others', () => {
  it.each([{}, { chunkRows: 1 }])('leaves every table as it was: %j', async (wish) => {
    await load(BEFORE);
    const before = await at.dump();
    const report = await load(AFTER, wish);
    expect(report.errors).toEqual([]);
    expect(await at.dump()).not.toEqual(before);
    const undone = await at.undo(report);
    expect([undone.state, undone.errors]).toEqual(['completed', []]);
    expect(await at.dump()).toEqual(before);
  });

  it('of the first import leaves nothing', async () => {
    const report = await load(BEFORE);
    expect((await at.undo(report)).state).toBe('completed');
    expect(await at.dump()).toEqual([]);
  });

  it('names what somebody changed since, and leaves it and what it belongs to', async () => {
    await load(BEFORE);
    const report = await load(AFTER);
    await at.run(`update image set url = 'mine.jpg' where url = 'c1.jpg'`);
    const undone = await at.undo(report);
    expect(undone.state).toBe('completed_with_errors');
    expect(
      await at.rows(`select sku, url from item join image on item_id = item.id where sku = 'c'`),
    ).toEqual([['c', 'mine.jpg']]);
    expect(undone.errors.reduce((sum, { count }) => sum + count, 0)).toBe(2);
  });

  it('also where some of what was to be removed could not be', async () => {
    await load(BEFORE);
    await at.run(`insert into use select id from image where url = 'b1.jpg'`);
    const before = await at.dump();
    const report = await load(`${HEAD}a,A,,,lamps\nb,B,,,lamps\n`);
    expect(report.warnings.map(({ code }) => code)).toContain('RECORDS-311');
    expect(await at.rows('select url from image')).toEqual([['b1.jpg']]);
    expect((await at.undo(report)).state).toBe('completed');
    expect(await at.dump()).toEqual(before);
  });

  it('counts them against the cap', async () => {
    const report = await load(BEFORE, { undoRows: 3 });
    await expect(at.undo(report)).rejects.toMatchObject({ code: 'PIPELINE-109' });
    expect(await at.rows(`select undo from dovetail.runs where id = ${report.run}`)).toEqual([['given_up']]);
  });
});

// What a subscriber sees is what its owner may see and its conditions hold for; what leaves that is told as removed, what comes in as added.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EntityWish } from '../../src/doors/subscriptions/subscription.js';
import { bindViews } from '../../src/doors/subscriptions/view/bind-views.js';
import { judgeChange } from '../../src/doors/subscriptions/view/judge-change.js';
import { toMessages } from '../../src/doors/subscriptions/view/to-messages.js';
import { type Catalog, createCatalog } from '../../src/engine/catalog/index.js';
import type { Change } from '../../src/engine/changes/change.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { createChangeMaker } from './change-maker.js';

let at: TestDatabase;
let whole: Catalog;
let catalog: Catalog;
beforeAll(async () => {
  at = await createTestDatabase();
  await at.database.query(
    'create table item (id bigint primary key, name text, price numeric, paid bool, unit text)',
  );
  whole = await createCatalog({ database: at.database }).read();
  // As `access` would narrow it: only records of the unit north, and nothing of prices.
  const item = whole.entities.get('item')!;
  const rule = { field: 'unit', in: ['north'] };
  const access = {
    view: rule,
    create: rule,
    update: rule,
    delete: rule,
    import: rule,
    export: rule,
  } as const;
  const fields = item.fields.filter(({ name }) => name !== 'price' && name !== 'unit');
  catalog = { entities: new Map([['item', { ...item, access, fields }]]), fingerprint: 'narrowed' };
});
afterAll(() => at?.drop());

const maker = createChangeMaker();
const record = { id: '1', name: 'n', price: '2', paid: 'f', unit: 'north' };
const judge = (change: Change, wish: Partial<EntityWish> = {}, seen = catalog) => {
  const view = [...bindViews(seen, [{ entity: 'item', ...wish }], 'document').values()][0]!;
  const told = judgeChange(view, change);
  return told === 'unknown' ? told : told.map(({ happening, id }) => `${happening} ${id}`);
};
const update = (after: object, before: object = {}) =>
  maker.change('update', { table: 'item', before: { ...record, ...before }, after: { ...record, ...after } });

describe('row rules of the owner', () => {
  it.each([
    ['a record in sight changes', update({ name: 'x' }), ['updated 1']],
    ['it leaves', update({ unit: 'south' }), ['removed 1']],
    ['it comes in', update({}, { unit: 'south' }), ['added 1']],
    ['it comes from nobody', update({}, { unit: null }), ['added 1']],
    ['another one changes', update({ unit: 'south', name: 'x' }, { unit: 'south' }), []],
    [
      'it gets another key',
      maker.change('update', {
        table: 'item',
        key: ['2'],
        keyBefore: ['1'],
        before: record,
        after: { ...record, id: '2' },
      }),
      ['removed 1', 'added 2'],
    ],
    ['it is made', maker.change('insert', { table: 'item', after: record }), ['created 1']],
    ['another is made', maker.change('insert', { table: 'item', after: { ...record, unit: 'south' } }), []],
    ['it is deleted', maker.change('delete', { table: 'item', before: record }), ['deleted 1']],
    ['another is deleted', maker.change('delete', { table: 'item', before: { ...record, unit: null } }), []],
    ['it is read anew', maker.change('snapshot', { table: 'item', after: record }), ['snapshot 1']],
  ] as const)('when %s', (_, change, expected) => {
    expect(judge(change)).toEqual(expected);
  });

  it('tell nothing where nobody knows what the record was: that is said, not guessed', () => {
    expect(judge(maker.change('delete', { table: 'item', key: ['1'], before: { id: '1' } }))).toBe('unknown');
    expect(judge(maker.change('update', { table: 'item', after: { ...record, unit: 'south' } }))).toBe(
      'unknown',
    );
    expect(judge(maker.change('update', { table: 'item', after: record, changed: ['name'] }))).toEqual([
      'updated 1',
    ]);
  });

  it('keep hidden fields out of documents and conditions', async () => {
    const views = bindViews(catalog, [{ entity: 'item' }], 'document');
    const rooms = { database: at.database, subscription: '1', base: '' };
    const [message] = await toMessages(rooms, views, [update({ name: 'x', price: '3' })]);
    const event = JSON.parse(message!.body);
    expect(event.data.data.attributes).toEqual({ name: 'x', paid: false });
    expect(event.changed).toBe('name');
    expect(() => judge(update({}), { where: 'row["price"] == "2"' })).toThrow(/no field 'price'/);
  });
});

describe('a condition', () => {
  const where = 'double(row["price"]) > 10.0 && row["paid"] == "true"';
  it.each([
    ['holds by now', update({ price: '11', paid: 't' }), ['added 1']],
    ['holds no more', update({ paid: 'f' }, { price: '11', paid: 't' }), ['removed 1']],
    ['holds still', update({ price: '20', paid: 't' }, { price: '11', paid: 't' }), ['updated 1']],
    ['does not hold', update({ name: 'x' }), []],
    [
      "can't be computed, and so does not hold",
      update({ price: null, paid: 't' }, { price: '11', paid: 't' }),
      ['removed 1'],
    ],
  ] as const)('%s', (_, change, expected) => {
    expect(judge(change, { where }, whole)).toEqual(expected);
  });

  it('is refused with words where it is none', () => {
    expect(() => judge(update({}), { where: 'row["nmae"] == "x"' }, whole)).toThrow(
      expect.objectContaining({ code: 'SUBSCRIPTIONS-103', hint: "Did you mean 'name'?" }),
    );
    expect(() => judge(update({}), { where: 'row["name"] +' }, whole)).toThrow(/can't be used/);
    expect(() => judge(update({}), { where: 'row["name"]' }, whole)).toThrow(/neither true nor false/);
    expect(() => judge(update({}), { where: 'row["name"].matches("(a+)+")' }, whole)).toThrow(/matches/);
  });
});

describe('fields and operations', () => {
  it('narrow what is told', async () => {
    expect(judge(update({ price: '9' }), { fields: ['name'] }, whole)).toEqual([]);
    expect(judge(update({ name: 'x' }), { fields: ['name'] }, whole)).toEqual(['updated 1']);
    expect(judge(update({ name: 'x' }), { operations: ['deleted'] }, whole)).toEqual([]);
    expect(judge(update({ unit: 'south' }), { operations: ['deleted'] })).toEqual(['removed 1']);
    const views = bindViews(whole, [{ entity: 'item', fields: ['name'] }], 'document');
    const rooms = { database: at.database, subscription: '1', base: '' };
    const [message] = await toMessages(rooms, views, [update({ name: 'x' })]);
    expect(JSON.parse(message!.body).data.data.attributes).toEqual({ name: 'x' });
  });

  it('of a thin message are none', async () => {
    const views = bindViews(whole, [{ entity: 'item' }], 'thin');
    const rooms = { database: at.database, subscription: '1', base: '/api' };
    const [message] = await toMessages(rooms, views, [update({ name: 'x' })]);
    expect(JSON.parse(message!.body).data.data).toEqual({
      type: 'items',
      id: '1',
      links: { self: '/api/items/1' },
    });
  });

  it('are all gone when the table is emptied', () => {
    expect(judge(maker.change('truncate', { table: 'item' }))).toEqual(['truncated ']);
  });
});

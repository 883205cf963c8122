// Batches as documents of JSON:API: records of several types that refer to each other.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { BATCH_DOCUMENT, type BatchApi, openBatchApi } from './batch-fixture.js';
import { SMALL_GOODS, SMALL_SHOP } from './small-shop.js';

let api: BatchApi;
beforeAll(async () => {
  api = await openBatchApi({
    setUp: `${SMALL_SHOP}
      create table note (id int generated always as identity primary key, text text not null, about_id int references note);
      create table team (id uuid primary key default gen_random_uuid(), name text not null, lead_id int);
      create table person (id serial primary key, name text not null, team_id uuid references team, boss_id int references person);
      alter table team add foreign key (lead_id) references person;`,
  });
});
beforeEach(() =>
  api.at.database.query(`${SMALL_GOODS} truncate note, team, person restart identity cascade`),
);
afterAll(() => api.close());

const product = (sku: string, attributes = {}, more = {}) => ({
  type: 'products',
  attributes: { sku, name: `Name of ${sku}`, ...attributes },
  ...more,
});
const named = (type: string, lid: string, attributes: object, relationships?: object) => ({
  type,
  lid,
  attributes,
  ...(relationships ? { relationships } : {}),
});
const to = (type: string, lid: string) => ({ data: { type, lid } });

describe('a document of records', () => {
  it('updates by id, adds or updates by identity, and tells each in the order of the body', async () => {
    const answer = await api.send('products', {
      data: [
        { type: 'products', id: '3', attributes: { price: 2.5 } },
        product('N', { price: '12345678901234567890.12' }),
        product('B', { name: 'Saw' }),
      ],
    });
    expect(answer.status, answer.text).toBe(200);
    expect(answer.json.data.attributes.state, answer.text).toBe('completed');
    expect(answer.json.meta.results).toEqual([
      { pointer: '/data/0', status: 'updated', type: 'products', id: '3' },
      { pointer: '/data/1', status: 'added', type: 'products', id: '5' },
      { pointer: '/data/2', status: 'unchanged', type: 'products', id: '2' },
    ]);
    expect(await api.rows('select sku, price from product order by id')).toEqual([
      ['A', '10.50'],
      ['B', '30.00'],
      ['C', '2.50'],
      ['D', '30.00'],
      ['N', '12345678901234567890.12'],
    ]);
    expect(await api.spooled()).toEqual([]);
  });

  it.each(['first', 'last'] as const)(
    'finds records that are included %s by their local ids',
    async (where) => {
      const data = [
        product('N1', {}, { lid: 'n1', relationships: { brand: to('brands', 'b') } }),
        product('N2', {}, { relationships: { brand: to('brands', 'b'), parent: to('products', 'n1') } }),
        product(
          'N3',
          {},
          { relationships: { brand: { data: { type: 'brands', id: '1' } }, parent: { data: null } } },
        ),
      ];
      const included = [named('brands', 'b', { name: 'Fresh' })];
      const answer = await api.send('products', where === 'last' ? { data, included } : { included, data });
      expect(answer.json.data.attributes, answer.text).toMatchObject({
        state: 'completed',
        read: 4,
        added: 4,
        failed: 0,
      });
      const results = answer.json.meta.results as { pointer: string; id: string; lid?: string }[];
      expect(results.map(({ pointer }) => pointer)).toEqual(
        where === 'last'
          ? ['/data/0', '/data/1', '/data/2', '/included/0']
          : ['/included/0', '/data/0', '/data/1', '/data/2'],
      );
      expect(results.find(({ pointer }) => pointer === '/included/0')).toMatchObject({
        lid: 'b',
        type: 'brands',
        id: '4',
      });
      expect(
        await api.rows(
          `select p.sku, b.name, o.sku from product p join brand b on b.id = p.brand_id left join product o on o.id = p.parent_id
         where p.sku like 'N%' order by 1`,
        ),
      ).toEqual([
        ['N1', 'Fresh', null],
        ['N2', 'Fresh', 'N1'],
        ['N3', 'Bosch', null],
      ]);
    },
  );

  it('tells which record became which where nothing but the database makes their keys', async () => {
    const data = Array.from({ length: 50 }, (_, i) =>
      named('notes', `n${i}`, { text: `Note ${i}` }, { about: to('notes', `n${(i + 7) % 50}`) }),
    );
    const answer = await api.send('notes', { data });
    expect(answer.json.data.attributes, answer.text).toMatchObject({
      state: 'completed',
      read: 50,
      added: 50,
      updated: 0,
    });
    const stored = new Map(
      (await api.rows('select id, text, about_id from note')).map(([id, ...rest]) => [id, rest]),
    );
    const ids = answer.json.meta.results.map(({ id }: { id: string }) => id);
    for (const [i, id] of ids.entries()) expect(stored.get(id)).toEqual([`Note ${i}`, ids[(i + 7) % 50]]);
  });

  it('sets what types say of each other in a circle', async () => {
    const answer = await api.send('people', {
      data: [
        named('people', 'a', { name: 'Ann' }, { team: to('teams', 't') }),
        named('people', 'b', { name: 'Bob' }, { team: to('teams', 't'), boss: to('people', 'a') }),
      ],
      included: [named('teams', 't', { name: 'Sales' }, { lead: to('people', 'b') })],
    });
    expect(answer.json.data.attributes, answer.text).toMatchObject({
      state: 'completed',
      added: 3,
    });
    expect(
      await api.rows(
        `select p.name, b.name, t.name, l.name from person p left join person b on b.id = p.boss_id
         join team t on t.id = p.team_id join person l on l.id = t.lead_id order by 1`,
      ),
    ).toEqual([
      ['Ann', null, 'Sales', 'Bob'],
      ['Bob', 'Ann', 'Sales', 'Bob'],
    ]);
  });

  it('lets a bad record cost only itself, and says where it is wrong', async () => {
    const answer = await api.send('products', {
      data: [
        product('N1'),
        product('N2', { price: -1 }),
        product('N3', { colour: 'red' }),
        { type: 'brands', attributes: { name: 'X' } },
        product('N4', {}, { relationships: { brand: { data: { type: 'brands', id: '99' } } } }),
        product('N5', {}, { relationships: { brand: to('brands', 'nobody') } }),
        { type: 'products', attributes: { name: 'Without sku' } },
        product('N6', { price: 'much' }),
        { type: 'products', id: '77', attributes: { sku: 'N7', name: 'Chosen' } },
      ],
    });
    expect(answer.json.data.attributes, answer.text).toMatchObject({
      state: 'completed_with_errors',
      read: 9,
      added: 2,
      failed: 7,
    });
    const run = answer.json.data.id;
    const errors = await api.lines(run, 'errors');
    expect(errors.map((one) => one.source.pointer).sort()).toEqual([
      '/data/1/attributes/price',
      '/data/2/attributes/colour',
      '/data/3/type',
      '/data/4/relationships/brand',
      '/data/5/relationships/brand',
      '/data/6/attributes/sku',
      '/data/7/attributes/price',
    ]);
    const results = await api.lines(run, 'results');
    expect(results.map(({ pointer, status }) => `${pointer} ${status}`)).toEqual([
      '/data/0 added',
      ...[1, 2, 3, 4, 5, 6, 7].map((i) => `/data/${i} failed`),
      '/data/8 added',
    ]);
    expect(results[3].errors[0]).toMatchObject({ code: 'API-303' });
  });

  it('says of a record whose relative failed that there is none', async () => {
    const answer = await api.send('products', {
      data: [product('N1', {}, { relationships: { brand: to('brands', 'bad') } }), product('N2')],
      included: [named('brands', 'bad', { name: null })],
    });
    expect(answer.json.data.attributes, answer.text).toMatchObject({ read: 3, added: 1, failed: 2 });
    const errors = await api.lines(answer.json.data.id, 'errors');
    expect(errors.find(({ code }) => code === 'FILES-171')).toMatchObject({
      source: { pointer: '/data/0/relationships/brand' },
      detail: expect.stringContaining("'bad'"),
      meta: { hint: expect.stringContaining('whether it failed') },
    });
  });

  it('is refused as a whole, with nothing written, where it is no document of records', async () => {
    const wrong: Record<string, string> = {
      truncated: '{"data":[{"type":"products","attributes":{"sku":"N","name":"n"}},{"type":"prod',
      'followed by more': '{"data":[]} x',
      'without data': '{"included":[]}',
      'one record': '{"data":{"type":"products","id":"1"}}',
      'a list': '[]',
      'a member twice': '{"data":[{"type":"products","type":"products"}]}',
      'data twice': '{"data":[],"data":[]}',
      'a local id twice': '{"data":[{"type":"products","lid":"a"},{"type":"products","lid":"a"}]}',
      'no type': '{"data":[{"attributes":{"sku":"N"}}]}',
      'attributes that are none': '{"data":[{"type":"products","attributes":[]}]}',
      'an id that is a number': '{"data":[{"type":"products","id":1}]}',
      'a comma too many': '{"data":[{"type":"products","attributes":{"sku":"N","name":"n"}},]}',
      deep: `{"data":[{"type":"products","attributes":{"data":${'['.repeat(5_000)}${']'.repeat(5_000)}}}]}`,
    };
    for (const [name, body] of Object.entries(wrong)) {
      const answer = await api.ask('PATCH', '/api/products', BATCH_DOCUMENT, body);
      expect(answer.status, `${name}: ${answer.text}`).toBe(400);
      expect(answer.json.errors[0].code, name).toBe('API-301');
    }
    const cut = Buffer.from(
      '{"data":[{"type":"products","attributes":{"sku":"N\xff","name":"n"}}]}',
      'latin1',
    );
    expect((await api.ask('PATCH', '/api/products', BATCH_DOCUMENT, cut)).status).toBe(400);
    expect(await api.rows(`select count(*) from product where sku like 'N%'`)).toEqual([['0']]);
    expect(await api.rows(`select count(*) from dovetail.runs where state = 'queued'`)).toEqual([['0']]);
    expect(await api.spooled()).toEqual([]);
  });
});

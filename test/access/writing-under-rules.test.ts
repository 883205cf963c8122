// Writing by callers who may write some records only: through the API, by real requests.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openRuledShop, type RuledClient, type RuledShop } from './ruled-shop.js';

const WRITE = ['view', 'create', 'update', 'delete'] as const;

let shop: RuledShop;
const byLevel = new Map<string, RuledClient>();
beforeAll(async () => {
  shop = await openRuledShop();
  for (const level of ['own', 'unit', 'unit_and_below', 'organization', 'all']) {
    byLevel.set(
      level,
      await shop.client([
        { entity: 'product', actions: WRITE, level },
        { entity: 'brand', actions: ['view'], level: level === 'own' ? 'unit' : level },
      ]),
    );
  }
});
beforeEach(() => shop.reset());
afterAll(() => shop?.close());

const client = (level: string): RuledClient => byLevel.get(level)!;
const names = async () =>
  (await shop.rows('select id, name from product order by id')).map(([, name]) => name);
const rename = { attributes: { name: 'Mine' } };
const errorOf = (answer: { json: { errors: { code: string; detail: string }[] } }) => {
  const { id: _, ...error } = answer.json.errors[0] as { code: string; detail: string; id?: string };
  return error;
};

describe.each([
  ['own', [1]],
  ['unit', [1, 2]],
  ['unit_and_below', [1, 2, 3]],
  ['organization', [1, 2, 3, 4]],
  ['all', [1, 2, 3, 4, 5]],
])('with the level %s', (level, reached) => {
  it('updates and deletes those records, and the others are not there', async () => {
    const missing = errorOf(await client(level).update('products', '99', rename));
    for (const id of [1, 2, 3, 4, 5]) {
      const updated = await client(level).update('products', `${id}`, rename);
      expect(updated.status, `${id}: ${updated.text}`).toBe(reached.includes(id) ? 200 : 404);
      if (updated.status === 404)
        expect(errorOf(updated)).toEqual({ ...missing, detail: missing.detail.replace('99', `${id}`) });
    }
    expect(await names()).toEqual(
      ['Drill', 'Saw', 'Nail', 'Secret', 'Foreign'].map((name, i) =>
        reached.includes(i + 1) ? 'Mine' : name,
      ),
    );
    for (const id of [1, 2, 3, 4, 5]) {
      const deleted = await client(level).ask('DELETE', `/api/products/${id}`);
      const expected = reached.includes(id) ? ([1, 4].includes(id) ? 409 : 204) : 404;
      expect(deleted.status, `${id}: ${deleted.text}`).toBe(expected);
    }
  });

  it('creates records that lie there, and no others', async () => {
    const places = [
      ['ann', 'north'],
      ['ben', 'north'],
      ['cid', 'north-1'],
      ['dan', 'south'],
      ['eve', 'other'],
    ];
    for (const [i, [seller, branch]] of places.entries()) {
      const made = await client(level).create('products', { attributes: { sku: `n${i}`, seller, branch } });
      expect(made.status, made.text).toBe(reached.includes(i + 1) ? 201 : 403);
      if (made.status === 403) expect(errorOf(made)).toMatchObject({ code: 'RECORDS-320', status: '403' });
    }
    expect(await shop.rows(`select count(*)::int from product where sku like 'n%'`)).toEqual([
      [reached.length],
    ]);
  });

  it('gives no record away to where they may not write', async () => {
    const [field, inside, outside] =
      level === 'own' ? ['seller', 'ann', 'ben'] : ['branch', 'north', level === 'all' ? undefined : 'other'];
    if (outside !== undefined) {
      const away = await client(level).update('products', '1', {
        attributes: { name: 'x', [field!]: outside },
      });
      expect(away.status, away.text).toBe(403);
      expect(errorOf(away)).toMatchObject({
        code: 'RECORDS-320',
        source: { pointer: `/data/attributes/${field}` },
      });
    }
    const stays = await client(level).update('products', '1', { attributes: { [field!]: inside } });
    expect(stays.status, stays.text).toBe(200);
    expect((await names())[0]).toBe('Drill');
  });
});

describe('a new record', () => {
  it('gets the only owner or unit there is, whatever the source leaves out', async () => {
    const own = await client('own').create('products', { attributes: { sku: 'F', branch: 'south' } });
    expect(own.status, own.text).toBe(201);
    expect(own.json.data.attributes).toMatchObject({ seller: 'ann', branch: 'south' });
    const unit = await client('unit').create('products', { attributes: { sku: 'G', seller: 'ben' } });
    expect(unit.json.data.attributes).toMatchObject({ seller: 'ben', branch: 'north' });
  });

  it('needs one where several are possible', async () => {
    const open = await client('organization').create('products', { attributes: { sku: 'F' } });
    expect(open.status, open.text).toBe(403);
    expect(errorOf(open)).toMatchObject({
      code: 'RECORDS-320',
      source: { pointer: '/data' },
    });
  });

  it('is nobody’s if that is said, and then none that they may create', async () => {
    const nobody = await client('own').create('products', {
      attributes: { sku: 'F', branch: 'north', seller: null },
    });
    expect(errorOf(nobody)).toMatchObject({ code: 'RECORDS-320' });
  });

  it('that its creator may not see is made, and not shown', async () => {
    const drop = await shop.client([
      { entity: 'product', actions: ['view'], level: 'own' },
      { entity: 'product', actions: ['create'], level: 'all' },
    ]);
    const made = await drop.create('products', { attributes: { sku: 'F', seller: 'ben', branch: 'south' } });
    expect([made.status, made.text]).toEqual([204, '']);
    expect(made.headers.get('location')).toBe('/api/products/6');
    expect(await shop.rows(`select seller from product where sku = 'F'`)).toEqual([['ben']]);
    const seen = await drop.create('products', { attributes: { sku: 'G', seller: 'ann', branch: 'south' } });
    expect([seen.status, seen.json.data.attributes.seller]).toEqual([201, 'ann']);
  });
});

describe('a hidden record', () => {
  it('tells no more of a unique value than that it is taken', async () => {
    const visible = await client('unit').create('products', { attributes: { sku: 'A' } });
    const hidden = await client('unit').create('products', { attributes: { sku: 'D' } });
    expect([visible.status, hidden.status]).toEqual([409, 409]);
    expect(errorOf(hidden)).toEqual(JSON.parse(JSON.stringify(errorOf(visible)).replaceAll("'A'", "'D'")));
    const byId = await client('unit').create('products', { id: '4', attributes: { sku: 'Z' } });
    const shown = await client('unit').create('products', { id: '1', attributes: { sku: 'Z' } });
    expect(errorOf(byId)).toEqual(JSON.parse(JSON.stringify(errorOf(shown)).replaceAll("'1'", "'4'")));
    // A key of two fields, one of which is not given: the server's own detail would tell the other record's.
    const two = await client('unit').create('products', { attributes: { sku: 'Z', code: 'd', price: 40 } });
    expect(two.status).toBe(409);
    expect(two.text).not.toMatch(/Secret|south|dan/);
  });

  it('can not be referred to, neither as a relationship nor by its key, nor as a part of a circle', async () => {
    const refused = async (resource: object, like: object) => {
      const hidden = await client('unit').update('products', '1', resource);
      const none = await client('unit').update('products', '1', like);
      expect(hidden.status, hidden.text).toBe(none.status);
      expect(hidden.status).toBeGreaterThanOrEqual(400);
      const plain = (text: string) => text.replaceAll(/'(3|4|99)'/g, "'?'");
      expect(plain(JSON.stringify(errorOf(hidden)))).toBe(plain(JSON.stringify(errorOf(none))));
    };
    const to = (name: string, type: string, id: string) => ({
      relationships: { [name]: { data: { type, id } } },
    });
    await refused(to('brand', 'brands', '3'), to('brand', 'brands', '99'));
    await refused(to('parent', 'products', '4'), to('parent', 'products', '99'));
    expect(await shop.rows('select brand_id, parent_id from product where id = 1')).toEqual([[1, null]]);
    const ok = await client('unit').update('products', '1', to('parent', 'products', '2'));
    expect(ok.status, ok.text).toBe(200);
    const linked = await client('unit').ask('PATCH', '/api/products/1/relationships/parent', {
      data: { type: 'products', id: '4' },
    });
    expect(linked.status).toBe(404);
  });

  it('that a record refers to already may stay', async () => {
    expect((await client('unit').update('products', '2', rename)).status).toBe(200);
    expect(await shop.rows('select brand_id from product where id = 2')).toEqual([[2]]);
  });

  it('is held in the statement that writes, not only before', async () => {
    const { database } = shop.api.at;
    const other = await database.pool.connect();
    try {
      await other.query('begin');
      await other.query(`update product set branch = 'south' where id = 1`);
      const pending = client('unit').update('products', '1', rename);
      await expect
        .poll(async () => (await shop.rows(`select count(*)::int from pg_locks where not granted`))[0]![0])
        .toBe(1);
      await other.query('commit');
      expect((await pending).status).toBe(404);
    } finally {
      other.release();
    }
    expect((await names())[0]).toBe('Drill');
  });
});

describe('fields', () => {
  it('that the caller may not edit, or not see, get past nothing', async () => {
    const limited = await shop.client(
      [
        { entity: 'product', actions: WRITE, level: 'unit' },
        { entity: 'brand', actions: ['view'], level: 'all' },
      ],
      [
        { entity: 'product', field: 'price', view: true, edit: false },
        { entity: 'product', field: 'cost', view: false, edit: false },
        { entity: 'product', field: 'branch', view: false, edit: false },
        { entity: 'product', field: 'brand_id', view: true, edit: false },
      ],
    );
    for (const [attributes, status, code] of [
      [{ name: 'x', price: 1 }, 403, 'RECORDS-104'],
      [{ name: 'x', cost: 1 }, 400, 'API-302'],
      [{ name: 'x', branch: 'south' }, 400, 'API-302'],
    ] as const) {
      for (const answer of [
        await limited.update('products', '1', { attributes }),
        await limited.create('products', { attributes: { sku: 'F', ...attributes } }),
      ]) {
        expect([answer.json.errors[0].code], answer.text).toEqual([code]);
        expect(answer.status).toBe(code === 'API-302' ? answer.status : status);
      }
    }
    const related = await limited.update('products', '1', {
      relationships: { brand: { data: { type: 'brands', id: '2' } } },
    });
    expect([related.status, related.json.errors[0].code]).toEqual([403, 'RECORDS-104']);
    const relation = await limited.ask('PATCH', '/api/products/1/relationships/brand', { data: null });
    expect(relation.status).toBe(403);
    // The unit is filled in and the configured cost set, though the caller doesn't see the fields.
    const made = await limited.create('products', { attributes: { sku: 'F' } });
    expect(made.status, made.text).toBe(201);
    expect(made.text).not.toMatch(/north|cost/);
    expect(await shop.rows(`select branch, price, cost from product where sku = 'F'`)).toEqual([
      ['north', null, '0'],
    ]);
    expect(await shop.rows('select name, price, cost, brand_id from product where id = 1')).toEqual([
      ['Drill', '10', '5', 1],
    ]);
  });

  it('are not told of by what the server says of a refused row', async () => {
    const limited = await shop.client(
      [{ entity: 'product', actions: WRITE, level: 'unit' }],
      [{ entity: 'product', field: 'cost', view: false, edit: false }],
    );
    const refused = await limited.update('products', '1', { attributes: { price: -1 } });
    expect(refused.status).toBe(422);
    expect(refused.text).not.toMatch(/Failing row|, 5,/);
  });
});

it('who may do nothing with an entity is refused as a whole, without a look at its records', async () => {
  const reader = await shop.client([{ entity: 'product', actions: ['view'], level: 'unit' }]);
  for (const id of ['1', '4', '99']) {
    const answers = [
      await reader.update('products', id, rename),
      await reader.ask('DELETE', `/api/products/${id}`),
    ];
    expect(answers.map((answer) => answer.status)).toEqual([403, 403]);
  }
  expect((await reader.create('products', { attributes: { sku: 'F' } })).status).toBe(403);
});

it('who may change some and delete none is held to both', async () => {
  const mixed = await shop.client([
    { entity: 'product', actions: ['view'], level: 'organization' },
    { entity: 'product', actions: ['update'], level: 'own' },
  ]);
  expect((await mixed.get('/api/products')).json.data.length).toBe(4);
  const seen = await mixed.update('products', '2', rename);
  expect([seen.status, seen.json.errors[0].code]).toEqual([404, 'API-401']);
  expect((await mixed.update('products', '1', rename)).status).toBe(200);
  const away = await mixed.update('products', '1', { attributes: { branch: 'other' } });
  expect(away.json.errors[0].code).toBe('RECORDS-320');
});

// Relationships to many by callers who may write some records only: what is changed lies with the others, and so do the rights.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openRuledShop, type RuledClient, type RuledShop } from './ruled-shop.js';

const WRITE = ['view', 'create', 'update', 'delete'] as const;

let shop: RuledShop;
let unit: RuledClient;
let reader: RuledClient;
let hidden: RuledClient;
beforeAll(async () => {
  shop = await openRuledShop();
  const brands = { entity: 'brand', actions: ['view'], level: 'all' } as const;
  unit = await shop.client([brands, { entity: 'product', actions: WRITE, level: 'unit' }]);
  reader = await shop.client([brands, { entity: 'product', actions: ['view'], level: 'all' }]);
  hidden = await shop.client(
    [brands, { entity: 'product', actions: WRITE, level: 'all' }],
    [{ entity: 'product', field: 'brand_id', view: true, edit: false }],
  );
});
beforeEach(() => shop.reset());
afterAll(() => shop?.close());

const at = '/api/brands/1/relationships/product';
const products = (...ids: readonly number[]) => ({
  data: ids.map((id) => ({ type: 'products', id: String(id) })),
});
const brands = async () => (await shop.rows('select brand_id from product order by id')).flat();

describe('a relationship to many', () => {
  it('takes records that the caller may change, and knows of no others', async () => {
    expect((await unit.ask('POST', at, products(2))).status).toBe(204);
    expect(await brands()).toEqual([1, 1, 1, 2, 3]);
    const far = await unit.ask('POST', at, products(4));
    const none = await unit.ask('POST', at, products(99));
    expect([far.status, none.status]).toEqual([404, 404]);
    expect(far.json.errors[0].detail).toBe(none.json.errors[0].detail.replace('99', '4'));
    expect(await brands()).toEqual([1, 1, 1, 2, 3]);
  });

  it('is replaced as far as the caller knows of it', async () => {
    expect((await unit.ask('PATCH', at, products(2))).status).toBe(204);
    expect(await brands()).toEqual([null, 1, 1, 2, 3]);
    expect((await unit.ask('DELETE', at, products(2, 3))).status).toBe(204);
    expect(await brands()).toEqual([null, null, 1, 2, 3]);
  });

  it('is refused to whoever may not change the others, or not this field of theirs', async () => {
    for (const client of [reader, hidden])
      for (const method of ['POST', 'PATCH', 'DELETE']) {
        const body = method === 'POST' ? products(2) : products(1);
        const refused = await client.ask(method, at, method === 'PATCH' ? products() : body);
        expect(refused.status, `${method} ${refused.text}`).toBe(403);
      }
    expect(await brands()).toEqual([1, 2, 1, 2, 3]);
  });
});

describe('deleting a list', () => {
  const accept = 'application/vnd.api+json; ext="urn:dovetail:jsonapi:delete:1"';
  const remove = (client: RuledClient, path: string) =>
    client.ask('DELETE', path, undefined, { headers: { accept } });

  it('knows of no records out of reach, and deletes none that the caller may not', async () => {
    const path = '/api/products?filter[price][gte]=20&delete:count=';
    const counted = await remove(unit, `${path}4`);
    expect(counted.json.errors[0].meta.hint).toContain('delete:count=1.');
    expect((await remove(unit, `${path}1`)).json.meta).toEqual({ deleted: 1 });
    expect(await shop.rows('select id from product order by id')).toEqual([[1], [3], [4], [5]]);
    expect((await remove(reader, `${path}3`)).status).toBe(403);
    expect(await brands()).toHaveLength(4);
  });
});

// The profile `aggregate`: counts and sums by groups.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestApi, type TestApi } from './api-fixture.js';
import { listFaults } from './document-faults.js';
import { SMALL_GOODS, SMALL_SHOP } from './small-shop.js';

const PROFILE = 'application/vnd.api+json; profile="urn:dovetail:jsonapi:aggregate:1"';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi({ setUp: SMALL_SHOP });
});
beforeEach(() =>
  api.at.database.query(`${SMALL_GOODS}
    update product set on_day = '2024-02-29', at = '2024-02-29T23:30:00Z' where id = 1;
    update product set on_day = '2024-02-01', at = '2024-03-01T00:30:00+02:00' where id = 2;
    update product set on_day = '2025-01-01' where id = 3`),
);
afterAll(() => api.close());

const groups = async (query: string) => {
  const answer = await api.get(`/api/products?${query}`);
  expect(answer.status, answer.text).toBe(200);
  expect(answer.headers.get('content-type')).toBe(PROFILE);
  expect(listFaults(answer.json)).toEqual([]);
  return answer.json.meta.aggregates;
};

describe('aggregates', () => {
  it('count and sum up all records, or those that a filter holds for', async () => {
    expect(await groups('aggregateOf[count]=brand.name,price&aggregateOf[sum]=price')).toEqual([
      { records: 4, count: { 'brand.name': 3, price: 4 }, sum: { price: 72.5 } },
    ]);
    expect(
      await groups(
        'aggregateOf[avg]=price,id&aggregateOf[min]=price,sku&aggregateOf[max]=on_day&filter[brand.name]=Bosch',
      ),
    ).toEqual([
      {
        records: 2,
        avg: { price: 20.25, id: 1.5 },
        min: { price: 10.5, sku: 'A' },
        max: { on_day: '2024-02-29' },
      },
    ]);
    expect(await groups('aggregateOf[sum]=price&filter[sku]=none')).toEqual([
      { records: 0, sum: { price: null } },
    ]);
  });

  it('make groups by attributes, by those of related records, and by parts of dates', async () => {
    expect(await groups('aggregateBy=brand.name&aggregateOf[sum]=price')).toEqual([
      { by: { 'brand.name': 'Bosch' }, records: 2, sum: { price: 40.5 } },
      { by: { 'brand.name': 'Makita' }, records: 1, sum: { price: 2 } },
      { by: { 'brand.name': null }, records: 1, sum: { price: 30 } },
    ]);
    expect(await groups('aggregateBy=on_day:month,on_day:weekday&filter[on_day][exists]')).toEqual([
      { by: { 'on_day:month': '2024-02-01', 'on_day:weekday': 4 }, records: 2 },
      { by: { 'on_day:month': '2025-01-01', 'on_day:weekday': 3 }, records: 1 },
    ]);
    expect(await groups('aggregateBy=at:hour&filter[at][exists]')).toEqual([
      { by: { 'at:hour': '2024-02-29T22:00:00' }, records: 1 },
      { by: { 'at:hour': '2024-02-29T23:00:00' }, records: 1 },
    ]);
    for (const [part, begin] of [
      ['year', '2024-01-01'],
      ['quarter', '2024-01-01'],
      ['week', '2024-02-26'],
      ['day', '2024-02-29'],
    ])
      expect((await groups(`aggregateBy=at:${part}&filter[sku]=A`))[0].by).toEqual({ [`at:${part}`]: begin });
  });

  it('keep every digit', async () => {
    await api.at.database.query(`update product set price = 1234567890123456789.01 where id = 1`);
    const { text } = await api.get('/api/products?aggregateOf[sum]=price&filter[sku]=A');
    expect(text).toContain('"price" : 1234567890123456789.01');
  });

  it('are sorted by what they have, and only as many as are wanted', async () => {
    const by = 'aggregateBy=brand.name&aggregateOf[sum]=price';
    const names = async (query: string) =>
      (await groups(`${by}&${query}`)).map((one: { by: object }) => Object.values(one.by)[0]);
    expect(await names('sort=-sum.price')).toEqual(['Bosch', null, 'Makita']);
    expect(await names('sort=records,-brand.name')).toEqual(['Makita', null, 'Bosch']);
    expect(await names('page[size]=1')).toEqual(['Bosch']);
    const more = async (size: number) =>
      (await api.get(`/api/products?${by}&page[size]=${size}`)).json.meta.more;
    expect([await more(2), await more(3)]).toEqual([true, false]);
  });

  it('are refused by their parameter where they can not be', async () => {
    for (const [query, parameter] of [
      ['aggregateBy=nothing', 'aggregateBy'],
      ['aggregateBy=brand', 'aggregateBy'],
      ['aggregateBy=category.label', 'aggregateBy'],
      ['aggregateBy=sku:month', 'aggregateBy'],
      ['aggregateBy=on_day:hour', 'aggregateBy'],
      ['aggregateBy=on_day:century', 'aggregateBy'],
      ['aggregateBy=a,b,c,d,e,f', 'aggregateBy'],
      ['aggregateBy[x]=sku', 'aggregateBy[x]'],
      ['aggregateOf[sum]=sku', 'aggregateOf[sum]'],
      ['aggregateOf[min]=tags', 'aggregateOf[min]'],
      ['aggregateOf[max]=data', 'aggregateOf[max]'],
      ['aggregateOf[median]=price', 'aggregateOf[median]'],
      ['aggregateOf=price', 'aggregateOf'],
      ['aggregateOf[sum]=price&sort=sku', 'sort'],
      ['aggregateOf[sum]=price&page[size]=1001', 'page[size]'],
      ['aggregateOf[sum]=price&page[after]=x', 'page[after]'],
      ['aggregateOf[sum]=price&include=brand', 'include'],
      ['aggregateBy=sku&filter[nothing]=1', 'filter[nothing]'],
    ]) {
      const refused = await api.get(`/api/products?${query}`);
      expect(refused.status, `${query} ${refused.text}`).toBe(400);
      expect(refused.json.errors[0].source, query).toEqual({ parameter });
    }
    expect((await api.get('/api/products/1?aggregateOf[sum]=price')).status).toBe(400);
  });

  it('come from views too', async () => {
    const { json } = await api.get('/api/cheaps?aggregateOf[sum]=price');
    expect(json.meta.aggregates).toEqual([{ records: 2, sum: { price: 12.5 } }]);
  });
});

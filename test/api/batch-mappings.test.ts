// What clients send in a shape of their own, read by a saved mapping.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { saveMapping } from '../../src/engine/mapping/index.js';
import { type BatchApi, openBatchApi } from './batch-fixture.js';

let api: BatchApi;
beforeAll(async () => {
  api = await openBatchApi({
    setUp: `create table item (sku text primary key, name text, price numeric);
      create table other (id int primary key);`,
  });
  const save = (name: string, body: string) =>
    api.at.database.transaction((client) =>
      saveMapping(client, { name, entity: 'item', body, createdBy: { kind: 'user', id: 'test' } } as never),
    );
  await save(
    'flat',
    'entity: item\nfields:\n  - { column: Article, field: sku }\n  - { column: Price, field: price }\n',
  );
  await save(
    'orders',
    `entity: item
documents:
  jsonata: >-
    order.lines.{ "sku": article, "name": $uppercase(text), "price": amount }
fields:
  - { column: sku, field: sku }
  - { column: name, field: name }
  - { column: price, field: price }
`,
  );
});
beforeEach(() => api.at.database.query('truncate item'));
afterAll(() => api.close());

const post = (mapping: string, type: string, body: string, to = 'items') =>
  api.ask('POST', `/api/${to}/imports/${mapping}`, type, body);

describe('a foreign shape', () => {
  it('becomes records by the mapping that the address names', async () => {
    const document = {
      order: {
        lines: [
          { article: 'A', text: 'drill', amount: 3 },
          { article: 'B', text: 'saw', amount: 4 },
        ],
      },
    };
    const answer = await post('orders', 'application/json', JSON.stringify(document, null, 2));
    expect(answer.status, answer.text).toBe(200);
    expect(answer.json.data.attributes, answer.text).toMatchObject({ state: 'completed', added: 2 });
    expect(await api.rows('select * from item order by 1')).toEqual([
      ['A', 'DRILL', '3'],
      ['B', 'SAW', '4'],
    ]);
  });

  it('may be a list, lines, delimited text or XML', async () => {
    const bodies: Readonly<Record<string, string>> = {
      'application/json': '[{"Article":"A","Price":1},{"Article":"B","Price":2}]',
      'application/x-ndjson': '{"Article":"A","Price":1}\n{"Article":"B","Price":2}\n',
      'text/csv': 'Article,Price\nA,1\nB,2\n',
      'application/xml':
        '<list><row><Article>A</Article><Price>1</Price></row><row><Article>B</Article><Price>2</Price></row></list>',
    };
    for (const [type, body] of Object.entries(bodies)) {
      await api.at.database.query('truncate item');
      const answer = await post('flat', type, body);
      expect(answer.json.data?.attributes, `${type} ${answer.text}`).toMatchObject({
        state: 'completed',
        added: 2,
      });
      expect(
        answer.json.meta.results.map(({ id }: { id: string }) => id),
        type,
      ).toEqual(['A', 'B']);
    }
  });

  it('is refused where no such mapping is for these resources, whatever files there are', async () => {
    for (const [mapping, to] of [
      ['nothing', 'items'],
      ['flat', 'others'],
      ['..%2F..%2Fetc%2Fpasswd', 'items'],
      ['flat@9', 'items'],
    ] as const) {
      const answer = await post(mapping, 'application/json', '[{"Article":"A"}]', to);
      expect([answer.status, answer.json.errors[0].code], mapping).toEqual([404, 'FILES-109']);
    }
    expect((await post('flat', 'text/plain', 'x')).status).toBe(415);
    expect((await post('flat', 'application/json', '{"broken"')).status).toBe(400);
    expect(await api.spooled()).toEqual([]);
  });
});

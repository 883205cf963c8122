// What a caller is told of a check constraint: the rule and the fields, in words; how the database says it is for whoever runs the server.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { toCall } from '../import/import-fixture.js';
import { openRuledShop, type RuledClient, type RuledShop } from './ruled-shop.js';

const ALL = ['view', 'create', 'update', 'import'] as const;
let shop: RuledShop;
let client: RuledClient;
beforeAll(async () => {
  shop = await openRuledShop({
    tables: `create table offer (code text primary key, price numeric check (price >= 0), since date, until date, kept text,
      constraint in_order check (since < until or until is null), constraint kept_known check (kept <> all (array['x', 'y'])))`,
    entities: {},
    records: 'truncate offer',
  });
  client = await shop.client([{ entity: 'offer', actions: ALL, level: 'all' }]);
});
afterAll(() => shop?.close());

const errorOf = async (attributes: object) => {
  const answer = await client.create('offers', { id: 'a', attributes });
  expect(answer.status, answer.text).toBe(422);
  return answer.json.errors[0];
};

it('names the rule and its fields, and holds no SQL', async () => {
  const dates = await errorOf({ since: '2026-02-01', until: '2026-01-01' });
  expect(dates).toMatchObject({
    code: 'RECORDS-308',
    detail: 'offer: since and until together break the rule in_order.',
    meta: {
      hint: 'Give since and until values that in_order allows; whoever runs the server knows what it asks for.',
    },
  });
  const price = await errorOf({ price: '-1' });
  expect(price).toMatchObject({
    detail: 'offer: price breaks the rule offer_price_check.',
    source: { pointer: '/data/attributes/price' },
    meta: { hint: 'Give price at least 0.' },
  });
  expect(JSON.stringify([dates, price, await errorOf({ kept: 'x' })])).not.toMatch(/ANY|ALL|::|<|>/);
});

it('shows the expression to whoever runs the program', async () => {
  const path = await shop.write('offers.csv', 'code,since,until\na,2026-02-01,2026-01-01\n');
  const report = await shop.files.import({ ...toCall({ writers: 1 }), entity: 'offer', source: { path } });
  const hints: (string | undefined)[] = [];
  for await (const { hint } of shop.files.listIssues(report.run!)) hints.push(hint);
  expect(hints).toEqual([
    'Give since and until values for which this holds: ((since < until) OR (until IS NULL)).',
  ]);
});

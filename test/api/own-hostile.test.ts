// Whatever is asked of what is Dovetail's own: an answer below 500, as a document, and nothing written by a request that fails.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { OWN_RESOURCES } from '../../src/doors/api/own/own-resources.js';
import { type OwnApp, type OwnCaller, openOwnApp } from './own-fixture.js';

let own: OwnApp;
let admin: OwnCaller;

beforeAll(async () => {
  own = await openOwnApp();
  admin = await own.addClient('admin', ['administrator']);
  await own.import('sku,price\nA,1\nB,dear\n', admin.caller);
});
afterAll(() => own.close());

const OPERATORS = ['eq', 'neq', 'lt', 'gte', 'in', 'contains', 'starts_with', 'exists', 'empty', 'range'];
const VALUES = [
  "'; drop table dovetail.runs; --",
  '1',
  'true',
  '2026-01-01',
  '{}',
  '99999999999999999999999',
  '%00',
  '\u{1f642}',
];

it('filters and sorts by every attribute, or says why not', async () => {
  const bad: unknown[] = [];
  for (const { name, fields } of OWN_RESOURCES)
    for (const field of ['id', ...Object.keys(fields)]) {
      const queries = [
        `sort=-${field}`,
        ...OPERATORS.map(
          (operator, i) => `filter[${field}][${operator}]=${encodeURIComponent(VALUES[i % VALUES.length]!)}`,
        ),
        `filter[${field}]=${VALUES[0]}&page[total]=true`,
      ];
      const answers = await Promise.all(queries.map((query) => admin.get(`/dovetail/${name}?${query}`)));
      answers.forEach(({ status, text }, i) => {
        if (status >= 500) bad.push([name, queries[i], text]);
      });
    }
  expect(bad).toEqual([]);
}, 120_000);

it('takes no id, member or value that it does not know', async () => {
  const before = await own.at.database.query('select count(*)::int from dovetail.runs');
  for (const { name, create, update } of OWN_RESOURCES) {
    const type = `dovetail-${name}`;
    for (const id of ['0', 'x', '%00', '99999999999999999999', '-1', '1.5', "1'", '..']) {
      const answers = [await admin.get(`/dovetail/${name}/${encodeURIComponent(id)}`)];
      if (update)
        answers.push(await admin.patch(`/dovetail/${name}/${encodeURIComponent(id)}`, { type, id }));
      expect(
        answers.map(({ status }) => status).filter((status) => status >= 500),
        `${name} ${id}`,
      ).toEqual([]);
    }
    const members = Object.keys(create?.attributes ?? {});
    for (const value of [null, 7, '', 'x'.repeat(300), [], {}, [null], true, '\0']) {
      const attributes = Object.fromEntries(members.map((member) => [member, value]));
      const { status, text } = await admin.post(`/dovetail/${name}`, {
        type,
        ...(create?.chosenId ? { id: 'x' } : {}),
        attributes,
      });
      expect(status, `${name} ${JSON.stringify(value)} ${text}`).toBeLessThan(500);
      expect(status, `${name} ${JSON.stringify(value)} ${text}`).toBeGreaterThanOrEqual(400);
    }
    const proto = `{"data":{"type":"${type}","attributes":{"__proto__":{"x":1},"constructor":1}}}`;
    const { status } = await admin.ask('POST', `/dovetail/${name}`, { body: proto });
    expect(status, name).toBeLessThan(500);
  }
  expect((await own.at.database.query('select count(*)::int from dovetail.runs')).rows).toEqual(before.rows);
}, 120_000);

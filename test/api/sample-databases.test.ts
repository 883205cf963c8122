// Whole databases of other people, and the shop, served as they are: every address there is, and none fails.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCatalog } from '../../src/engine/catalog/index.js';
import { type ResourceShape, toResourceShapes } from '../../src/engine/documents/index.js';
import { loadSample, type SampleDump } from '../support/load-dump.js';
import { findSamples } from '../support/samples.js';
import type { TestDatabase } from '../support/test-database.js';
import { openTestApi, type TestApi } from './api-fixture.js';

const noSamples = findSamples() === undefined;

// A view that was never filled can't be read by anyone.
async function fill(at: TestDatabase, name: SampleDump): Promise<void> {
  await loadSample(at, name);
  const { rows } = await at.database.query<{ view: string }>(
    "select format('%I.%I', schemaname, matviewname) as view from pg_matviews where not ispopulated",
  );
  for (const { view } of rows) await at.database.query(`refresh materialized view ${view}`);
}

function walk(name: 'shop' | SampleDump): void {
  describe.skipIf(name !== 'shop' && noSamples)(name, () => {
    let api: TestApi;
    let shapes: readonly ResourceShape[];
    beforeAll(async () => {
      api = await openTestApi(name === 'shop' ? { from: 'shop' } : { prepare: (at) => fill(at, name) });
      const catalog = await createCatalog({ database: api.at.database }).read();
      shapes = [...toResourceShapes(catalog).byType.values()];
    });
    afterAll(() => api?.close());

    it('lists, pages, includes and relates every entity', async () => {
      for (const shape of shapes) {
        const at = `/api/${encodeURIComponent(shape.type)}`;
        const everything = shape.relationships
          .slice(0, 20)
          .map((one) => one.name)
          .join(',');
        const first = await api.get(`${at}?page[size]=2&include=${everything}`);
        expect([200, 400], `${at}: ${first.text}`).toContain(first.status);
        if (first.status === 400) expect(first.json.errors[0].code).toBe('API-203');
        const page = await api.get(`${at}?page[size]=2&page[total]=true`);
        expect(page.status, `${at}: ${page.text}`).toBe(200);
        expect(page.json.data.length).toBe(Math.min(2, page.json.meta.page.total));
        const ids = page.json.data.map((one: { id: string }) => one.id);
        if (page.json.links.next !== null) {
          const next = await api.get(page.json.links.next);
          expect(next.status, next.text).toBe(200);
          for (const { id } of next.json.data) expect(ids).not.toContain(id);
          const back = await api.get(next.json.links.prev);
          expect(back.json.data.map((one: { id: string }) => one.id)).toEqual(ids);
        }
        for (const { links } of page.json.data) {
          const one = await api.get(links.self);
          expect(one.status, `${links.self}: ${one.text}`).toBe(200);
        }
        for (const { relationships = {} } of page.json.data.slice(0, 1)) {
          for (const { links } of Object.values(relationships) as {
            links: { self: string; related: string };
          }[]) {
            for (const address of [links.self, links.related]) {
              const found = await api.get(address);
              expect(found.status, `${address}: ${found.text}`).toBe(200);
            }
          }
        }
      }
    }, 120_000);

    it('sorts by every attribute that has an order, and filters by every value it shows', async () => {
      for (const shape of shapes) {
        const at = `/api/${encodeURIComponent(shape.type)}`;
        const page = await api.get(`${at}?page[size]=1`);
        const [record] = page.json.data;
        for (const { name, field } of shape.attributes) {
          const sorted = await api.get(`${at}?page[size]=1&fields[${shape.type}]=${name}&sort=-${name}`);
          expect(
            [200, ...(field.type.comparable ? [] : [400])],
            `${at} by ${name}: ${sorted.text}`,
          ).toContain(sorted.status);
          const value = record?.attributes[name];
          if (value === undefined || value === null || typeof value === 'object') continue;
          const query = `filter[${name}]=${encodeURIComponent(String(value))}&page[total]=true&page[size]=1`;
          const found = await api.get(`${at}?${query}`);
          expect(found.status, `${at} with ${query}: ${found.text}`).toBe(200);
          // What a view gathers may come in another order the next time; a number has no text of its own.
          if (typeof value !== 'number' && shape.entity.kind === 'table')
            expect(found.json.meta.page.total, query).toBeGreaterThan(0);
        }
      }
    }, 120_000);
  });
}

walk('shop');
walk('northwind');
walk('pagila');
walk('ledgersmb');

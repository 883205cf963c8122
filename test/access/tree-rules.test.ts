// Rules that follow a tree of the application: a company's user sees it and those below, whatever way they come.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { countsOf } from '../import/import-fixture.js';
import { openRuledShop, type RuledClient, type RuledShop } from './ruled-shop.js';
import { TREE_ENTITIES, TREE_RECORDS, TREE_TABLES } from './ruled-tree.js';

const ALL = ['view', 'create', 'update', 'delete', 'import', 'export'] as const;
const ENTITIES = ['company', 'purchase', 'purchase_line'] as const;

let shop: RuledShop;
let ann: RuledClient;
let single: RuledClient;
let looker: RuledClient;
beforeAll(async () => {
  shop = await openRuledShop({ tables: TREE_TABLES, entities: TREE_ENTITIES, records: TREE_RECORDS });
  const at = (level: string) => ENTITIES.map((entity) => ({ entity, actions: ALL, level }));
  ann = await shop.client(at('own_and_below'));
  single = await shop.client(at('own'));
  // Sees all companies, and writes where they belong.
  looker = await shop.client([
    { entity: 'company', actions: ['view'], level: 'all' },
    ...at('own_and_below').map((grant) => ({ ...grant, actions: ALL.slice(1) })),
    { entity: 'purchase', actions: ['view'], level: 'all' },
    { entity: 'purchase_line', actions: ['view'], level: 'all' },
  ]);
});
beforeEach(() => shop.reset());
afterAll(() => shop?.close());

const codes = async (by: RuledClient, path = '/api/companies', name = 'code') => {
  const answer = await by.get(path);
  expect(answer.status, answer.text).toBe(200);
  return answer.json.data.map((one: { attributes: Record<string, string> }) => one.attributes[name]).sort();
};
const errorsOf = (answer: { json: { errors: { code: string }[] } }) =>
  answer.json.errors.map(({ code }) => code);
const to = (type: string, id: string) => ({ data: { type, id } });

describe('reading', () => {
  it('shows the own record and those below, also those that belong to them through relations', async () => {
    expect(await codes(ann)).toEqual(['A1', 'A11', 'A12']);
    expect(await codes(ann, '/api/purchases', 'number')).toEqual(['P-A1', 'P-A11', 'P-A12']);
    const lines = await ann.get('/api/purchase_lines?include=purchase.company');
    expect(lines.json.data.map(({ id }: { id: string }) => id)).toEqual(['2', '3', '4']);
    expect(lines.json.included).toHaveLength(6);
    for (const [id, status] of [
      ['1', 404],
      ['2', 200],
      ['4', 200],
      ['5', 404],
      ['7', 404],
    ] as const) {
      for (const type of ['companies', 'purchases', 'purchase_lines'])
        expect((await ann.get(`/api/${type}/${id}`)).status, `${type}/${id}`).toBe(status);
    }
  });

  it('shows the own record only at the level own', async () => {
    expect(await codes(single)).toEqual(['A1']);
    expect(await codes(single, '/api/purchases', 'number')).toEqual(['P-A1']);
    expect((await single.get('/api/purchase_lines')).json.data).toHaveLength(1);
  });

  it('holds in include, filter, order, counts and aggregates', async () => {
    const above = await ann.get('/api/companies/2?include=parent,children,purchase');
    expect(above.json.data.relationships.parent.data).toBeNull();
    expect(
      above.json.included.map(({ id, type }: { id: string; type: string }) => `${type} ${id}`).sort(),
    ).toEqual(['companies 3', 'companies 4', 'purchases 2']);
    expect(await codes(looker, '/api/companies')).toHaveLength(7);
    expect(await codes(ann, '/api/companies?filter[parent.code]=A')).toEqual([]);
    expect(await codes(looker, '/api/companies?filter[parent.code]=A')).toEqual(['A1', 'A2']);
    expect(
      await codes(ann, '/api/purchases?filter[company.code][starts_with]=A&sort=-company.name', 'number'),
    ).toEqual(['P-A1', 'P-A11', 'P-A12']);
    const counted = await ann.get('/api/purchases?page[total]=true&page[size]=1');
    expect(counted.json.meta.page.total).toBe(3);
    const sum = await ann.ask('GET', '/api/purchases?aggregateOf[sum]=total', undefined, {
      headers: { accept: 'application/vnd.api+json; profile="urn:dovetail:jsonapi:aggregate:1"' },
    });
    expect(sum.json.meta?.aggregates, sum.text).toEqual([{ records: 3, sum: { total: 90 } }]);
  });

  it('follows a record that is moved at once', async () => {
    await shop.api.at.database.query(`update company set parent_id = 2 where code = 'B1'`);
    expect(await codes(ann)).toEqual(['A1', 'A11', 'A12', 'B1']);
    expect(await codes(ann, '/api/purchases', 'number')).toContain('P-B1');
    await shop.api.at.database.query(`update company set parent_id = 1 where code = 'A11'`);
    expect(await codes(ann)).toEqual(['A1', 'A12', 'B1']);
    await shop.api.at.database.query(`delete from member where email = 'ann'`);
    expect(await codes(ann)).toEqual([]);
  });

  it('ends where the tree has a circle', async () => {
    await shop.api.at.database.query(`update company set parent_id = 4 where code = 'A'`);
    expect(await codes(ann)).toEqual(['A', 'A1', 'A11', 'A12', 'A2']);
  });
});

describe('writing', () => {
  it('changes and removes what lies below, and the others are not there', async () => {
    for (const [id, status] of [
      ['2', 200],
      ['3', 200],
      ['1', 404],
      ['6', 404],
    ] as const) {
      const rename = { attributes: { name: 'Mine' } };
      expect((await ann.update('companies', id, rename)).status, id).toBe(status);
      const total = { attributes: { total: '1' } };
      expect((await ann.update('purchases', id, total)).status, id).toBe(status);
      expect((await ann.ask('DELETE', `/api/purchase_lines/${id}`)).status).toBe(status === 200 ? 204 : 404);
    }
    expect(
      await shop.rows(`select string_agg(code, ' ' order by code) from company where name = 'Mine'`),
    ).toEqual([['A1 A11']]);
  });

  it('adds below the own record, also at the next level, and nowhere else', async () => {
    const add = (code: string, parent: string | undefined) =>
      ann.create('companies', {
        attributes: { code, name: code },
        ...(parent === undefined ? {} : { relationships: { parent: to('companies', parent) } }),
      });
    const made = await add('N', '3');
    expect(made.status, made.text).toBe(201);
    expect(made.json.data.attributes).toMatchObject({ code: 'N' });
    expect((await add('N1', made.json.data.id)).status).toBe(201);
    expect((await add('X', '6')).status).toBe(404);
    expect(errorsOf(await add('Y', undefined))).toEqual(['RECORDS-320']);
    expect(await codes(ann)).toEqual(['A1', 'A11', 'A12', 'N', 'N1']);
    const purchase = (number: string, company: string, by = ann) =>
      by.create('purchases', {
        attributes: { number },
        relationships: { company: to('companies', company) },
      });
    expect((await purchase('1', '4')).status).toBe(201);
    expect((await purchase('2', '6')).status).toBe(404);
    expect(errorsOf(await purchase('3', '6', looker))).toEqual(['RECORDS-320']);
    expect((await purchase('4', '4', looker)).status).toBe(201);
    const line = (id: string, by = ann) =>
      by.create('purchase_lines', {
        attributes: { item: 'saw' },
        relationships: { purchase: to('purchases', id) },
      });
    expect((await line('4')).status).toBe(201);
    expect((await line('6')).status).toBe(404);
    expect(errorsOf(await line('6', looker))).toEqual(['RECORDS-320']);
  });

  it('gives no record away, neither up nor over', async () => {
    const move = (by: RuledClient, id: string, parent: string | null) =>
      by.update('companies', id, {
        relationships: { parent: parent === null ? { data: null } : to('companies', parent) },
      });
    expect(errorsOf(await move(ann, '3', null))).toEqual(['RECORDS-320']);
    expect((await move(ann, '3', '6')).status).toBe(404);
    expect(errorsOf(await move(looker, '3', '6'))).toEqual(['RECORDS-320']);
    expect((await move(ann, '3', '4')).status).toBe(200);
    // The top of the own tree is owned itself, wherever it lies.
    expect((await move(looker, '2', '6')).status).toBe(200);
    const sell = await looker.update('purchases', '3', { relationships: { company: to('companies', '6') } });
    expect(errorsOf(sell)).toEqual(['RECORDS-320']);
    expect(
      await shop.rows(`select code, parent_id from company where code in ('A1', 'A11') order by 1`),
    ).toEqual([
      ['A1', 6],
      ['A11', 4],
    ]);
  });
});

describe('files', () => {
  it('export what lies below', async () => {
    const csv = await shop.export(ann, 'purchase_line', {
      fields: ['purchase.number', 'purchase.company.code'],
    });
    expect(csv.trim().split('\n').slice(1)).toEqual(['P-A1,A1', 'P-A11,A11', 'P-A12,A12']);
  });

  it('import below: a tree in one file in any order, and just the rows that lead out fail', async () => {
    const csv =
      'code,name,parent.code\nN11,n,N1\nN1,n,N\nN,n,A11\nX1,x,B\nX2,x,\nA12,renamed,A1\nB1,taken,B\n';
    const dry = await shop.import(ann, 'company', csv, { dryRun: true });
    const report = await shop.import(ann, 'company', csv);
    expect(countsOf(report), (await shop.issues(report)).join('\n')).toEqual({
      read: 7,
      added: 3,
      updated: 1,
      failed: 3,
    });
    expect(countsOf(dry)).toEqual(countsOf(report));
    expect(await codes(ann)).toEqual(['A1', 'A11', 'A12', 'N', 'N1', 'N11']);
    expect(await shop.rows(`select name from company where code = 'B1'`)).toEqual([['Other North']]);
    const lines = await shop.import(ann, 'purchase_line', 'purchase.number,item\nP-A11,saw\nP-B,saw\n');
    expect(countsOf(lines)).toEqual({ read: 2, added: 1, failed: 1 });
  });

  it('mirror what lies below, and leave the others alone', async () => {
    const report = await shop.import(ann, 'purchase_line', 'purchase.number,item\nP-A1,drill\n', {
      strategy: 'mirror',
      confirmRemoval: async () => true,
    });
    expect(report.counters).toMatchObject({ deleted: 2 });
    expect(await shop.rows('select id from purchase_line order by 1')).toEqual([[1], [2], [5], [6], [7]]);
  });
});

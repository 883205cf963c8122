// The API describes itself: the description is valid, says what answers look like, and no more than its reader may know.
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toOpenApiDocument } from '../../src/doors/api/openapi/openapi-document.js';
import { restrictCatalog } from '../../src/engine/access/grants/restrict-catalog.js';
import type { AccessAction } from '../../src/engine/catalog/index.js';
import { createCatalog } from '../../src/engine/catalog/index.js';
import { toResourceShapes } from '../../src/engine/documents/index.js';
import { loadSample, type SampleDump } from '../support/load-dump.js';
import { findSamples } from '../support/samples.js';
import { createTestDatabase } from '../support/test-database.js';
import { openTestApi, type TestApi } from './api-fixture.js';
import { createAnswerCheck, type Description, findFaults } from './described-answers.js';

let api: TestApi;
let description: Description;
let misfit: ReturnType<typeof createAnswerCheck>;
beforeAll(async () => {
  api = await openTestApi({ from: 'shop' });
  description = (await api.get('/api/openapi.json')).json;
  misfit = createAnswerCheck(description);
});
afterAll(() => api?.close());

describe('the description of the shop', () => {
  it('is valid OpenAPI 3.1, in every reference', async () => {
    expect(description.openapi).toBe('3.1.0');
    expect(await findFaults(description)).toBeUndefined();
    for (const [, pointer] of JSON.stringify(description).matchAll(/"\$ref":"#\/([^"]+)"/g)) {
      const target = pointer!.split('/').reduce((at: Description, name) => at?.[name], description);
      expect(target, pointer).toBeDefined();
    }
  });

  it('asks for a key, has an entity tag, and is the same until something changes', async () => {
    const refused = await api.get('/api/openapi.json', { headers: { authorization: '' } });
    expect(refused.status).toBe(401);
    expect(refused.json.errors[0].code).toBe('API-103');
    const first = await api.get('/api/openapi.json', { headers: { accept: 'application/json' } });
    expect(first.headers.get('content-type')).toMatch(/^application\/json/);
    const etag = first.headers.get('etag')!;
    const again = await api.get('/api/openapi.json', { headers: { 'if-none-match': etag } });
    expect([again.status, again.text]).toEqual([304, '']);
    expect((await api.ask('DELETE', '/api/openapi.json')).status).toBe(405);
  });

  it('says of every address of the shop what it answers', async () => {
    const catalog = await createCatalog({ database: api.at.database }).read();
    let records = 0;
    for (const shape of toResourceShapes(catalog).byType.values()) {
      const at = `/${shape.type}`;
      const included = shape.relationships.slice(0, 3).map((one) => one.name);
      for (const query of ['', `page[size]=3&page[total]=true&include=${included}`, `page[number]=2`]) {
        const list = await api.get(`/api${at}?${query}`);
        expect([at, query, misfit(at, 'get', list)]).toEqual([at, query, undefined]);
      }
      const page = await api.get(`/api${at}?page[size]=2`);
      for (const { id } of page.json.data) {
        records++;
        const address = `/api${at}/${encodeURIComponent(id)}`;
        expect([at, misfit(`${at}/{id}`, 'get', await api.get(address))]).toEqual([at, undefined]);
        for (const { name } of shape.relationships) {
          for (const part of [name, `relationships/${name}`]) {
            const path = `${at}/{id}/${part}`;
            expect([path, misfit(path, 'get', await api.get(`${address}/${part}`))]).toEqual([
              path,
              undefined,
            ]);
          }
        }
      }
      const missing = await api.get(`/api${at}?no=1`);
      expect([missing.status, misfit(at, 'get', missing)]).toEqual([400, undefined]);
    }
    expect(records).toBeGreaterThan(30);
  }, 120_000);

  it('says upserts, rehearsals, groups and ids of other systems as parts of operations', async () => {
    const { post, get } = description.paths['/brands'];
    const upsert = 'application/vnd.api+json; ext="urn:dovetail:jsonapi:upsert:1"';
    const validate = 'application/vnd.api+json; ext="urn:dovetail:jsonapi:validate:1"';
    expect(Object.keys(post.requestBody.content)).toEqual(['application/vnd.api+json', upsert, validate]);
    expect(Object.keys(post.responses)).toEqual(expect.arrayContaining(['200', '201']));
    expect(Object.keys(description.paths['/brands/{id}'].patch.requestBody.content)).toContain(validate);
    for (const type of [validate, upsert]) {
      const body = { data: { type: 'brands', attributes: { name: 'Told' } } };
      const sent = await api.ask('POST', '/api/brands', { headers: { 'content-type': type }, body });
      expect(sent.status, sent.text).toBeLessThan(300);
    }
    const names = get.parameters.map(({ $ref }: { $ref: string }) => {
      const found = description.components.parameters[$ref.split('/').at(-1)!];
      return found.name;
    });
    expect(names).toEqual(expect.arrayContaining(['aggregateBy', 'aggregateOf']));
    const groups = await api.get('/api/brands?aggregateBy=name');
    const list = description.components.responses[get.responses[200].$ref.split('/').at(-1)!];
    expect(Object.keys(list.content)).toContain(groups.headers.get('content-type'));
    const { paths } = description;
    expect(Object.keys(paths['/dovetail/ids/{system}/{type}'])).toEqual(['parameters', 'get', 'post']);
    expect(Object.keys(paths['/dovetail/ids/{system}/{type}/{id}'])).toEqual([
      'parameters',
      'get',
      'patch',
      'delete',
    ]);
  });

  it('would find an answer that is otherwise', async () => {
    const list = await api.get('/api/brands?page[size]=1');
    list.json.data[0].attributes.name = 7;
    list.json.data[0].attributes.nobody = 7;
    expect(misfit('/brands', 'get', list)).toMatchObject([
      { instancePath: '/data/0/attributes', params: { additionalProperty: 'nobody' } },
      { instancePath: '/data/0/attributes/name' },
    ]);
  });

  it('tells types, lengths, allowed values, what may be null and what can not be written', () => {
    const { schemas } = description.components;
    const { properties } = schemas['products.attributes'];
    expect(properties.sku).toMatchObject({ type: 'string' });
    expect(properties.price).toMatchObject({ type: 'number' });
    expect(properties.weight).toMatchObject({ type: ['number', 'null'] });
    const enums = Object.keys(schemas).filter((name) => name.startsWith('api.enum.'));
    expect(enums.length).toBeGreaterThan(0);
    for (const name of enums) expect(schemas[name].enum.length).toBeGreaterThan(1);
    expect(JSON.stringify(schemas)).toContain('"maxLength"');
    expect(JSON.stringify(schemas)).toContain('"readOnly":true');
  });

  it('gives each attribute the conditions that its type has', () => {
    const { parameters, schemas } = description.components;
    expect(parameters['products.filter.sku']).toMatchObject({ name: 'filter[sku]', style: 'deepObject' });
    expect(parameters['products.filter.sku'].schema.$ref).toBe('#/components/schemas/api.filter.text');
    expect(parameters['products.filter.brand.id'].schema.$ref).toBe('#/components/schemas/api.filter.number');
    expect(Object.keys(schemas['api.filter.boolean'].properties)).not.toContain('lt');
  });

  it('has conditions that can be asked as they are described', async () => {
    const values: Record<string, string> = { number: '1', boolean: 'true', text: 'a' };
    const samples: Record<string, string> = { date: '2026-01-01', 'date-time': '2026-01-01T00:00:00Z' };
    const { parameters, schemas } = description.components;
    const asked = new Set<string>();
    for (const item of Object.values(description.paths) as Description[]) {
      if (item.get?.operationId.split('.').length !== 2 || !item.get.operationId.endsWith('.list')) continue;
      const type = item.get.tags[0];
      for (const { $ref } of item.get.parameters) {
        const parameter = parameters[$ref.slice('#/components/parameters/'.length)];
        if (parameter.style !== 'deepObject' || parameter.name === 'aggregateOf') continue;
        const kind = parameter.schema.$ref.slice('#/components/schemas/api.filter.'.length);
        const attribute = schemas[`${type}.attributes`]?.properties[parameter.name.slice(7, -1)];
        const sort = JSON.stringify([kind, attribute?.type, attribute?.format, attribute?.$ref]);
        if (asked.has(sort)) continue;
        asked.add(sort);
        for (const operator of Object.keys(schemas[`api.filter.${kind}`].properties)) {
          const one =
            values[kind] ??
            attribute?.enum?.[0] ??
            samples[attribute?.format] ??
            (kind === 'list' ? 'a' : undefined);
          const asks = operator === 'exists' || operator === 'empty';
          if (!asks && one === undefined) continue;
          const value = asks ? 'true' : operator === 'range' ? `${one},${one}` : one;
          const query = `${parameter.name}[${operator}]=${encodeURIComponent(value!)}&page[size]=1`;
          const found = await api.get(`/api/${type}?${query}`);
          expect([query, found.status, found.status === 200 ? '' : found.text]).toEqual([query, 200, '']);
        }
      }
    }
  }, 120_000);

  it('shows documents to send that fit what it demands of them', () => {
    const ajv = new Ajv2020({ strict: false });
    (addFormats as unknown as (ajv: Ajv2020) => void)(ajv);
    for (const format of ['int32', 'int64', 'date-time-local', 'time-local']) ajv.addFormat(format, true);
    ajv.addSchema(description, 'api');
    let examples = 0;
    for (const [path, item] of Object.entries(description.paths) as [string, Description][]) {
      for (const method of ['post', 'patch']) {
        const sent = item[method]?.requestBody.content?.['application/vnd.api+json'];
        if (sent?.example === undefined) continue;
        examples++;
        const validate = ajv.compile({ $ref: `api${sent.schema.$ref}` });
        expect([path, method, validate(sent.example), validate.errors]).toEqual([path, method, true, null]);
      }
    }
    expect(examples).toBeGreaterThan(20);
  });

  it('demands of a new record what the database demands', async () => {
    const { data } = description.components.schemas['brands.creation'].properties;
    expect(data.required).toContain('attributes');
    const { example } = description.paths['/brands'].post.requestBody.content['application/vnd.api+json'];
    const made = await api.ask('POST', '/api/brands', { body: example });
    expect([made.status, misfit('/brands', 'post', made)]).toEqual([201, undefined]);
    const { name } = example.data.attributes;
    expect(name).toBeDefined();
    const without = await api.ask('POST', '/api/brands', {
      body: { data: { type: 'brands', attributes: {} } },
    });
    expect([without.status, misfit('/brands', 'post', without)]).toEqual([422, undefined]);
  });
});

describe('what a caller is told', () => {
  const describeFor = async (
    permissions: readonly { entity: string; action: AccessAction }[],
    hidden?: readonly [string, string],
  ): Promise<Description> => {
    const catalog = await createCatalog({ database: api.at.database }).read();
    const fields = hidden ? [{ entity: hidden[0], field: hidden[1], view: false, edit: false }] : [];
    const lines = permissions.map((one) => ({ ...one, level: 'all' as const }));
    return toOpenApiDocument(restrictCatalog(catalog, { roles: [{ permissions: lines, fields }] }), '/api');
  };

  it('is nothing of entities, fields and methods that they may not use', async () => {
    const told = await describeFor(
      [
        { entity: 'brand', action: 'view' },
        { entity: 'product', action: 'view' },
        { entity: 'product', action: 'update' },
      ],
      ['product', 'weight'],
    );
    expect(await findFaults(told)).toBeUndefined();
    expect(told.tags.map((tag: { name: string }) => tag.name).sort()).toEqual(['brands', 'products']);
    expect(Object.keys(told.paths['/brands'])).toEqual(['get']);
    expect(Object.keys(told.paths['/products'])).toEqual(['get', 'patch']);
    expect(told.paths['/brands/{id}']).not.toHaveProperty('patch');
    expect(told.paths['/products/{id}']).toHaveProperty('patch');
    expect(told.paths['/products/{id}']).not.toHaveProperty('delete');
    const names = /"weight"|\[weight\]|"(suppliers|customers)|\/(suppliers|customers)\W/;
    expect(JSON.stringify(told)).not.toMatch(names);
    expect(JSON.stringify(description)).toMatch(names);
  });

  it('is that a new record needs no owner from them where only they can own it', async () => {
    const overrides = { product: { owner: 'brand_id' } };
    const catalog = await createCatalog({ database: api.at.database, overrides }).read();
    const needs = (level: 'own' | 'all'): readonly string[] => {
      const permissions = (['view', 'create'] as const).map((action) => ({
        entity: '*',
        action,
        level: 'all' as const,
      }));
      const own = { entity: 'product', action: 'create' as const, level };
      const grants = { roles: [{ permissions: [...permissions, own], fields: [] }], subject: '7' };
      const told: Description = toOpenApiDocument(restrictCatalog(catalog, grants), '/api');
      return told.components.schemas['products.creation'].properties.data.properties.relationships.required;
    };
    expect(needs('all')).toEqual(['brand', 'category', 'unit']);
    expect(needs('own')).toEqual(['category', 'unit']);
  });

  it('is told by the key: each has a description of its own', async () => {
    const whole = await createCatalog({ database: api.at.database }).read();
    const some = restrictCatalog(whole, {
      roles: [{ permissions: [{ entity: 'brand', action: 'view', level: 'all' }], fields: [] }],
    });
    const two = await openTestApi({
      from: 'shop',
      access: {
        authenticateKey: async (key) => ({ kind: 'client', id: key, name: key, roles: [] }),
        catalogFor: async ({ id }) => (id === 'all' ? whole : some),
      },
    });
    try {
      const ask = (key: string, etag = '') =>
        two.get('/api/openapi.json', { headers: { authorization: `Bearer ${key}`, 'if-none-match': etag } });
      const [all, little] = [await ask('all'), await ask('some')];
      expect(Object.keys(little.json.paths)).toEqual([
        '/brands',
        '/brands/{id}',
        '/dovetail/ids/{system}/{type}',
        '/dovetail/ids/{system}/{type}/{id}',
      ]);
      expect(Object.keys(all.json.paths).length).toBeGreaterThan(100);
      expect(all.headers.get('vary')).toContain('Authorization');
      expect((await ask('some', all.headers.get('etag')!)).status).toBe(200);
      expect((await ask('some', little.headers.get('etag')!)).status).toBe(304);
    } finally {
      await two.close();
    }
  });

  it('is an empty, valid description for who may nothing', async () => {
    const told = await describeFor([]);
    expect(told.paths).toEqual({});
    expect(await findFaults(told)).toBeUndefined();
  });
});

describe('addresses of the API itself', () => {
  it('are no types of resources', async () => {
    const own = await openTestApi({
      setUp:
        'create table doc (id int primary key); create table docs (id int primary key); create table "openapi.json" (id int primary key)',
    });
    try {
      const { json } = await own.get('/api/openapi.json');
      expect(await findFaults(json)).toBeUndefined();
      expect(Object.keys(json.paths)).not.toContain('/docs');
      for (const type of ['doc', 'docs-2'])
        expect((await own.get(`/api/${type}`)).json.data, type).toEqual([]);
    } finally {
      await own.close();
    }
  });
});

describe.skipIf(findSamples() === undefined).each<SampleDump>(['northwind', 'pagila', 'ledgersmb'])(
  'the database %s',
  (name) => {
    it('has a valid description, with every entity', async () => {
      const at = await createTestDatabase();
      try {
        await loadSample(at, name);
        const catalog = await createCatalog({ database: at.database }).read();
        const told = toOpenApiDocument(catalog, '/api') as Description;
        expect(told.tags.length).toBe(catalog.entities.size);
        // What is common to all is said once.
        expect(JSON.stringify(told).length / catalog.entities.size).toBeLessThan(27_000);
        expect(await findFaults(JSON.parse(JSON.stringify(told)))).toBeUndefined();
      } finally {
        await at.drop();
      }
    }, 120_000);
  },
);

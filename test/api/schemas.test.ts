// Answers of the shop against the JSON Schemas of JSON:API 1.0, which other people's tools check with.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasShop } from '../support/load-shop.js';
import { findSamples } from '../support/samples.js';
import { type ApiAnswer, openTestApi, type TestApi } from './api-fixture.js';

const samples = findSamples();
const SCHEMAS = 'jsonapi/_schemas/1.0';

type Schema = Record<string, unknown>;

describe.skipIf(samples === undefined || !hasShop())('documents of the shop', () => {
  let api: TestApi;
  let isResponse: ValidateFunction;
  let isCreate: ValidateFunction;
  let isUpdate: ValidateFunction;
  let isRelationship: ValidateFunction;

  beforeAll(async () => {
    api = await openTestApi({ from: 'shop' });
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    const read = (name: string): Schema => JSON.parse(readFileSync(join(samples!, SCHEMAS, name), 'utf8'));
    const response = read('schema.json');
    isResponse = ajv.compile(response);
    isCreate = ajv.compile(read('schema_create_resource.json'));
    isUpdate = ajv.compile(read('schema_update_resource.json'));
    isRelationship = ajv.compile(read('schema_update_relationship.json'));
  });
  afterAll(() => api?.close());

  /**
   * 1.1 differs: an error may name a `header` as its source; attributes may be called whatever 1.1 allows. The shop has none of the
   * latter. Links are references (`/api/…`), as 1.0 and 1.1 say both; the schema's format `uri` asks for more, so formats are not checked.
   */
  const check = ({ json, text }: ApiAnswer): void => {
    for (const { source } of json.errors ?? []) delete source?.header;
    expect(isResponse(json), `${JSON.stringify(isResponse.errors)} ${text.slice(0, 500)}`).toBe(true);
  };

  it('of a list, a record, what is included and what is related are as the schema of answers says', async () => {
    for (const path of [
      'products?page[size]=50&page[total]=true',
      'products/1',
      'products?include=brand&page[size]=20',
      'products/1/brand',
      'products/1/relationships/brand',
      'brands/1/relationships/product',
      'products?fields[products]=&page[size]=5',
    ]) {
      const answer = await api.get(`/api/${path}`);
      expect(answer.status, `${path}: ${answer.text.slice(0, 300)}`).toBe(200);
      check(answer);
    }
  });

  it('of errors are as the schema of answers says', async () => {
    const answers = [
      await api.get('/api/products/0'),
      await api.get('/api/nothing'),
      await api.get('/api/products?sort=nothing'),
      await api.get('/api/products', { headers: { accept: 'text/html' } }),
      await api.ask('POST', '/api/products', { body: { data: { type: 'products', attributes: {} } } }),
    ];
    expect(answers.map((one) => one.status)).toEqual([404, 404, 400, 406, 422]);
    for (const answer of answers) check(answer);
  });

  it('that the schemas of requests allow are taken, and those they forbid are refused', async () => {
    const create = { data: { type: 'brands', attributes: { name: 'Schema & Sons' } } };
    expect(isCreate(create), JSON.stringify(isCreate.errors)).toBe(true);
    const made = await api.ask('POST', '/api/brands', { body: create });
    expect(made.status, made.text).toBe(201);
    const { id } = made.json.data;
    const update = { data: { type: 'brands', id, attributes: { name: 'Schema & Daughters' } } };
    expect(isUpdate(update), JSON.stringify(isUpdate.errors)).toBe(true);
    expect((await api.ask('PATCH', `/api/brands/${id}`, { body: update })).status).toBe(200);
    const linkage = { data: { type: 'brands', id } };
    expect(isRelationship(linkage), JSON.stringify(isRelationship.errors)).toBe(true);
    const at = '/api/products/1/relationships/brand';
    expect((await api.ask('PATCH', at, { body: linkage })).status).toBe(204);
    for (const body of [{ data: {} }, { data: [] }, {}, { data: { type: 5 } }]) {
      expect(isCreate(body), JSON.stringify(body)).toBe(false);
      expect((await api.ask('POST', '/api/brands', { body })).status).toBe(400);
      expect(isUpdate(body), JSON.stringify(body)).toBe(false);
      expect((await api.ask('PATCH', `/api/brands/${id}`, { body })).status).toBe(400);
    }
  });
});

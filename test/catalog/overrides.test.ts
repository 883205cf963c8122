import { beforeAll, describe, expect, it } from 'vitest';
import { buildCatalog } from '../../src/engine/catalog/build/catalog-builder.js';
import { createCatalog } from '../../src/engine/catalog/catalog-service.js';
import { findEntity } from '../../src/engine/catalog/entity-finder.js';
import type { RawSchema } from '../../src/engine/catalog/introspect/raw-schema.js';
import { defineEntity, type EntityOverride } from '../../src/engine/catalog/overrides/entity-override.js';
import { toEntityOverrides } from '../../src/engine/catalog/overrides/override-shape.js';
import { createTestDatabase } from '../support/test-database.js';
import { readField, readSchemaOf } from './catalog-fixture.js';

const DDL = `
create type state as enum ('draft', 'live');
create table brand (id serial primary key, name text not null unique);
create table product (
  id serial primary key, sku text not null unique, ean text unique, name text not null, brand_id int references brand,
  state state not null, price numeric(10,2) check (price >= 0), tags text[], extra jsonb, made int, unique (name, brand_id) );
create view cheap as select sku, price from product;
create schema crm; create table crm.lead (id int primary key);`;

describe('overrides', () => {
  let schema: RawSchema;
  beforeAll(async () => {
    schema = await readSchemaOf(DDL);
  });
  const build = (product: EntityOverride) => buildCatalog(schema, { product });
  const product = (override: EntityOverride) => findEntity(build(override), 'product');

  it('set label, description, header and order of fields', () => {
    const entity = product({
      label: 'Article',
      description: 'What we sell',
      order: ['sku', 'name'],
      fields: { sku: { header: 'Article no.', label: 'Number', description: 'Unique' } },
    });
    expect(entity).toMatchObject({ label: 'Article', description: 'What we sell' });
    expect(entity.fields.map((field) => field.name).slice(0, 4)).toEqual(['sku', 'name', 'id', 'ean']);
    expect(entity.fields[0]).toMatchObject({ header: 'Article no.', label: 'Number', description: 'Unique' });
  });

  it('choose the identity, if a unique key lies within', () => {
    expect(product({}).identity).toEqual(['sku']);
    expect(product({ identity: 'id' }).identity).toEqual(['id']);
    expect(product({ identity: ['ean'] }).identity).toEqual(['ean']);
    expect(() => product({ identity: ['name'] })).toThrow(
      expect.objectContaining({ code: 'CATALOG-203', hint: expect.stringContaining('(sku)') }),
    );
  });

  it('take an entity away, with the relations to it, and say so to who asks', () => {
    const catalog = buildCatalog(schema, { brand: { excluded: true } });
    expect(catalog.entities.has('brand')).toBe(false);
    expect(findEntity(catalog, 'product').relations).toEqual([]);
    expect(() => findEntity(catalog, 'brand')).toThrow(
      expect.objectContaining({ hint: 'It exists, but the configuration excludes it.' }),
    );
  });

  it('take a field away, with the keys, checks and relations it is part of', () => {
    const entity = product({ fields: { brand_id: { excluded: true }, price: { excluded: true } } });
    expect(entity.fields.map((field) => field.name)).not.toContain('brand_id');
    expect(entity.relations).toEqual([]);
    expect(entity.checks).toEqual([]);
    expect(entity.uniqueKeys.map((key) => key.fields.join())).not.toContain('name,brand_id');
  });

  it('make an entity or a field read-only', () => {
    expect(product({ readOnly: true })).toMatchObject({
      writable: false,
      readOnlyReason: 'the configuration makes it read-only',
    });
    const catalog = build({ fields: { made: { readOnly: true } } });
    expect(readField(catalog, 'product', 'made').readOnly).toBe(true);
    expect(findEntity(catalog, 'product').writable).toBe(true);
  });

  it('give constants as defaults that PostgreSQL takes', async () => {
    const catalog = build({
      fields: {
        state: { default: 'draft' },
        price: { default: 1.5 },
        tags: { default: ['a "b"', 'c,d', '', null, '\\'] },
        extra: { default: { it: "isn't" } },
        made: { default: null },
      },
    });
    const test = await createTestDatabase();
    try {
      await test.database.query(DDL);
      const read = async (name: string) => {
        const field = readField(catalog, 'product', name);
        expect(field.defaultByOverride).toBe(true);
        return (await test.database.query(`select ${field.default} as value`)).rows[0]?.value;
      };
      expect(await read('state')).toBe('draft');
      expect(await read('price')).toBe('1.50');
      expect(await read('tags')).toEqual(['a "b"', 'c,d', '', null, '\\']);
      expect(await read('extra')).toEqual({ it: "isn't" });
      expect(await read('made')).toBeNull();
    } finally {
      await test.drop();
    }
  });

  it('refuse a constant that can not be of the type', () => {
    expect(() => build({ fields: { state: { default: 'dead' } } })).toThrow(
      expect.objectContaining({ code: 'CATALOG-203', hint: 'It has: draft, live.' }),
    );
    expect(() => build({ fields: { made: { default: [1] } } })).toThrow(/CATALOG-203/);
  });

  it('say which relations an export writes out whole', () => {
    expect(product({}).full).toBe(false);
    expect(product({ full: ['brand'] }).full).toEqual(['brand']);
    expect(() => product({ full: ['brnad'] })).toThrow(
      expect.objectContaining({ code: 'CATALOG-202', hint: "Did you mean 'brand'?" }),
    );
  });

  it('carry rules and hooks to the write path', () => {
    const beforeWrite = () => {};
    const entity = product(
      defineEntity({ rules: [{ name: 'has a name', field: 'name', required: true }], beforeWrite }),
    );
    expect(entity.rules).toEqual([{ name: 'has a name', field: 'name', required: true }]);
    expect(entity.hooks?.beforeWrite).toBe(beforeWrite);
    expect(entity.hooks?.afterWrite).toBeUndefined();
  });

  it('say which field names the owner of a record, and which its unit', () => {
    expect(product({ owner: 'made', unit: 'ean' })).toMatchObject({
      owner: { field: 'made' },
      unit: { field: 'ean' },
    });
    expect('owner' in product({})).toBe(false);
    expect(() => product({ owner: 'made', fields: { made: { excluded: true } } })).toThrow(
      /CATALOG-203.*excluded/,
    );
    expect(build({ owner: 'made' }).fingerprint).not.toBe(build({}).fingerprint);
  });

  it('change the fingerprint, a hook by its text', () => {
    const plain = build({});
    expect(build({}).fingerprint).toBe(plain.fingerprint);
    expect(build({ full: true }).fingerprint).not.toBe(plain.fingerprint);
    expect(build({ beforeWrite: () => {} }).fingerprint).not.toBe(plain.fingerprint);
  });

  it('may name an entity with its schema, but not twice', () => {
    expect(findEntity(buildCatalog(schema, { 'crm.lead': { label: 'L' } }), 'lead').label).toBe('L');
    expect(() => buildCatalog(schema, { 'crm.lead': {}, lead: {} })).toThrow(/CATALOG-203.*second time/);
  });

  it.each<[string, Record<string, EntityOverride>, string]>([
    ['entity', { prodcut: {} }, "Did you mean 'product'?"],
    ['field', { product: { fields: { skuu: {} } } }, "Did you mean 'sku'?"],
    ['field in the order', { product: { order: ['nmae'] } }, "Did you mean 'name'?"],
    ['field of the owner', { product: { owner: 'maed' } }, "Did you mean 'made'?"],
    ['field of the unit', { product: { unit: 'eam' } }, "Did you mean 'ean'?"],
    ['field in the identity', { product: { identity: 'SKU' } }, "Did you mean 'sku'?"],
    [
      'field in a rule',
      { product: { rules: [{ name: 'r', field: 'prise', min: 0 }] } },
      "Did you mean 'price'?",
    ],
  ])('that name an unknown %s are refused with a suggestion', (_what, overrides, hint) => {
    expect(() => buildCatalog(schema, overrides)).toThrow(
      expect.objectContaining({ code: 'CATALOG-202', hint }),
    );
  });
});

describe('the form of overrides', () => {
  it.each<[unknown, string, string | undefined]>([
    [{ product: { lable: 'x' } }, 'entities.product.lable: no such setting', "Did you mean 'label'?"],
    [
      { product: { fields: { sku: { headr: 'x' } } } },
      'entities.product.fields.sku.headr: no such setting',
      "Did you mean 'header'?",
    ],
    [
      { product: { full: 'yes' } },
      "entities.product.full: expected true, false or a list of relations, got 'yes' (a text)",
      undefined,
    ],
    [{ product: { order: 'sku' } }, 'entities.product.order: expected a list', undefined],
    [
      { product: { identity: [1] } },
      'entities.product.identity: expected a field or a list of fields, got a list',
      undefined,
    ],
    [{ product: null }, 'entities.product: expected an object, got nothing', undefined],
    [[], 'entities: expected an object, got a list', undefined],
    [{ 'my table': { label: 1 } }, 'entities."my table".label: expected a text, got 1 (a number)', undefined],
    [
      { product: { rules: [{ name: 'r', field: 'a' }] } },
      'entities.product.rules[0]: the rule demands nothing',
      expect.stringContaining('required'),
    ],
    [
      { product: { rules: [{ name: 'r', field: 'a', pattern: '(' }] } },
      'entities.product.rules[0].pattern: not a regular expression',
      undefined,
    ],
    [{ product: { rules: [{ field: 'a', min: 1 }] } }, 'entities.product.rules[0].name: missing', undefined],
    [
      { product: { rules: [{ name: 'r', check: 'x' }] } },
      'entities.product.rules[0].check: expected a function',
      undefined,
    ],
    [{ product: { beforeWrite: 1 } }, 'entities.product.beforeWrite: expected a function', undefined],
  ])('is checked: %j', (overrides, detail, hint) => {
    expect(() => toEntityOverrides(overrides)).toThrow(
      expect.objectContaining({ code: 'CATALOG-201', detail: expect.stringContaining(detail), hint }),
    );
  });

  it('is checked when the catalog service is made, before anything is read', async () => {
    const test = await createTestDatabase();
    try {
      expect(() => createCatalog({ database: test.database, overrides: { a: { x: 1 } } })).toThrow(
        /CATALOG-201/,
      );
    } finally {
      await test.drop();
    }
  });
});

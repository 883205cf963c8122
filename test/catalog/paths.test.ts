import { beforeAll, describe, expect, it } from 'vitest';
import type { Catalog } from '../../src/engine/catalog/catalog.js';
import { describeEntity, describeStrategies } from '../../src/engine/catalog/entity-description.js';
import { findEntity } from '../../src/engine/catalog/entity-finder.js';
import { resolvePath } from '../../src/engine/catalog/path-resolver.js';
import { readCatalogOf } from './catalog-fixture.js';

let catalog: Catalog;
beforeAll(async () => {
  catalog = await readCatalogOf(`
    create type state as enum ('draft', 'live');
    create table brand (id serial primary key, name text not null unique);
    create table category (id serial primary key, code varchar(20) not null unique, parent_id int references category);
    create table product (id serial primary key, sku varchar(40) not null unique, brand_id int not null references brand,
      category_id int references category, state state not null default 'draft', price numeric(12,2) check (price >= 0),
      gross numeric(12,2) generated always as (price * 2) stored, tags text[]);
    create table log (at timestamptz, text text);
    create view cheap as select sku from product;
    comment on column product.sku is 'Article number';`);
});
const at = (name: string) => findEntity(catalog, name);
const resolve = (path: string | readonly string[]) => resolvePath(catalog, at('product'), path);

describe('a path', () => {
  it('ends in a field of the entity, or of one behind relations', () => {
    expect(resolve('sku')).toMatchObject({ path: ['sku'], steps: [], field: { name: 'sku' } });
    const deep = resolve('category.parent.code');
    expect(deep.path).toEqual(['category', 'parent', 'code']);
    expect(deep.steps.map((step) => [step.relation.name, step.entity.name])).toEqual([
      ['category', 'category'],
      ['parent', 'category'],
    ]);
    expect(deep.entity.name).toBe('category');
    expect(deep.field?.name).toBe('code');
  });

  it('may end in a relation, and go through to-many ones', () => {
    expect(resolve('brand')).toMatchObject({ entity: { name: 'brand' }, path: ['brand'] });
    expect(resolve('brand').field).toBeUndefined();
    expect(resolve(['brand', 'product', 'sku']).steps[1]?.relation.kind).toBe('many');
  });

  it.each([
    ['skuu', 'CATALOG-103', "'product' has no field 'skuu'.", "Did you mean 'sku'?"],
    [
      'brnd.name',
      'CATALOG-103',
      "'product' has no relation 'brnd' (in 'brnd.name').",
      "Did you mean 'brand'?",
    ],
    ['brand.nam', 'CATALOG-103', "'brand' has no field 'nam' (in 'brand.nam').", "Did you mean 'name'?"],
    [
      'brand_id.name',
      'CATALOG-104',
      "'brand_id' is a field of 'product', nothing can follow it (in 'brand_id.name').",
      "Did you mean 'brand.name'?",
    ],
    ['brand.xyzzy', 'CATALOG-103', "'brand' has no field 'xyzzy' (in 'brand.xyzzy').", 'It has: id, name.'],
    ['', 'CATALOG-103', "'product' has no field ''.", expect.any(String)],
  ])('that goes wrong is told where: %s', (path, code, detail, hint) => {
    expect(() => resolve(path)).toThrow(expect.objectContaining({ code, detail, hint }));
  });
});

describe('a name of an entity', () => {
  it.each([
    ['prodcut', "Did you mean 'product'?"],
    ['Products', "Did you mean 'product'?"],
    ['zzz', 'There are: brand, category, log, product, cheap.'],
  ])('that is unknown gets a hint: %s', (name, hint) => {
    expect(() => at(name)).toThrow(expect.objectContaining({ code: 'CATALOG-101', hint }));
  });

  it('may be given with its schema', () => {
    expect(at('public.product')).toBe(at('product'));
  });
});

describe('a description', () => {
  it('says in words what each field is and takes', () => {
    const fields = new Map(describeEntity(catalog, at('product')).fields.map((field) => [field.name, field]));
    expect(fields.get('sku')).toMatchObject({
      type: 'text, up to 40 characters',
      accepts: 'text of at most 40 characters',
      required: true,
      description: 'Article number',
    });
    expect(fields.get('state')).toMatchObject({
      type: 'one of: draft, live',
      required: false,
      default: "'draft'::public.state",
    });
    expect(fields.get('price')).toMatchObject({
      type: 'number, 12 digits, 2 of them decimals',
      accepts: 'numbers with at most 10 digits before the decimal point; rounded to 2 after it',
      required: false,
    });
    expect(fields.get('tags')?.type).toBe('list of: text');
    expect(fields.get('gross')).toMatchObject({
      readOnlyReason: 'PostgreSQL computes it from other fields',
      required: false,
    });
    expect(fields.get('gross')?.accepts).toBeUndefined();
    expect(fields.get('id')?.required).toBe(false);
  });

  it('tells the relations from both sides, and by what an import finds the other record', () => {
    expect(describeEntity(catalog, at('product')).relations[0]).toMatchObject({
      name: 'brand',
      leadsTo: 'one',
      through: 'brand_id → brand.id',
      importBy: ['brand.name'],
      inverse: 'product',
    });
    expect(describeEntity(catalog, at('brand')).relations[0]).toMatchObject({
      leadsTo: 'many',
      through: 'id → product.brand_id',
    });
  });

  it('says which strategies are possible, and why the others are not', () => {
    const possible = (name: string) =>
      describeStrategies(at(name))
        .filter((one) => one.possible)
        .map((one) => one.name);
    expect(possible('product')).toEqual(['add', 'update', 'add_or_update', 'replace', 'mirror', 'delete']);
    expect(possible('log')).toEqual(['add']);
    expect(possible('cheap')).toEqual([]);
    expect(describeStrategies(at('log'))[1]?.why).toBe("records can't be matched: it has no unique key");
    expect(describeStrategies(at('cheap'))[0]?.why).toBe('it is a view');
  });

  it('is plain data', () => {
    const description = describeEntity(catalog, at('product'));
    expect(JSON.parse(JSON.stringify(description))).toEqual(description);
  });
});

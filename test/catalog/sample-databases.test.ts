import { beforeAll, describe, expect, it } from 'vitest';
import type { Catalog } from '../../src/engine/catalog/catalog.js';
import { describeEntity } from '../../src/engine/catalog/entity-description.js';
import { findEntity } from '../../src/engine/catalog/entity-finder.js';
import { findSamples } from '../support/samples.js';
import { readField, readRelation, readSampleCatalog } from './catalog-fixture.js';

// Sample files are other people's and no part of the product: without them these tests say that they are skipped.
const there = findSamples() !== undefined;

/** What must hold in every catalog, whatever the schema. */
function expectSound(catalog: Catalog): void {
  for (const entity of catalog.entities.values()) {
    const fields = new Set(entity.fields.map((field) => field.name));
    const names = entity.relations.map((relation) => relation.name);
    expect(new Set(names).size, `${entity.name}: relation names`).toBe(names.length);
    expect(fields.size).toBe(entity.fields.length);
    for (const key of entity.uniqueKeys) for (const field of key.fields) expect(fields).toContain(field);
    if (entity.uniqueKeys.some((key) => key.total)) expect(entity.identity).not.toEqual([]);
    for (const field of entity.identity) expect(fields).toContain(field);
    for (const relation of entity.relations) {
      const target = catalog.entities.get(relation.entity)!;
      const back = target.relations.find((one) => one.name === relation.inverse);
      expect(back, `${entity.name}.${relation.name} leads back`).toMatchObject({
        entity: entity.name,
        inverse: relation.name,
      });
      expect(relation.fields.length).toBe(relation.targetFields.length);
      for (const field of relation.fields) expect(fields).toContain(field);
      const far =
        relation.kind === 'many' && relation.through
          ? catalog.entities.get(relation.through.entity)!
          : target;
      for (const field of relation.targetFields) expect(far.fields.map((one) => one.name)).toContain(field);
    }
    for (const field of entity.fields) {
      expect(field.type.sql).not.toBe('');
      expect(field.label).not.toBe('');
    }
    expect(describeEntity(catalog, entity).fields.length).toBe(entity.fields.length);
  }
}

describe.skipIf(!there)('northwind', () => {
  let catalog: Catalog;
  beforeAll(async () => {
    catalog = await readSampleCatalog('northwind');
  });

  it('is read whole: 14 tables, all with an identity', () => {
    expect(catalog.entities.size).toBe(14);
    expectSound(catalog);
    expect([...catalog.entities.values()].every((entity) => entity.writable)).toBe(true);
    expect([...catalog.entities.values()].filter((entity) => entity.identity.length === 0)).toEqual([]);
  });

  it('has its relations both ways', () => {
    const products = findEntity(catalog, 'products');
    expect(readRelation(products, 'supplier')).toMatchObject({
      kind: 'one',
      entity: 'suppliers',
      inverse: 'products',
    });
    expect(readRelation(findEntity(catalog, 'suppliers'), 'products')).toMatchObject({
      kind: 'many',
      entity: 'products',
      single: false,
      inverse: 'supplier',
    });
    expect(readRelation(findEntity(catalog, 'orders'), 'ship_via')).toMatchObject({ entity: 'shippers' });
  });

  it('sees join tables as many-to-many, also with fields of their own', () => {
    expect(readRelation(findEntity(catalog, 'employees'), 'territory')).toMatchObject({
      entity: 'territories',
      through: { entity: 'employee_territories', fields: ['territory_id'], targetFields: ['territory_id'] },
    });
    expect(readRelation(findEntity(catalog, 'orders'), 'product')).toMatchObject({
      through: { entity: 'order_details' },
    });
  });

  it('knows the reference of a table to itself', () => {
    const employees = findEntity(catalog, 'employees');
    expect(readRelation(employees, 'reports_to')).toMatchObject({ entity: 'employees', nullable: true });
    expect(readRelation(employees, 'employees_by_reports_to')).toMatchObject({ inverse: 'reports_to' });
  });

  it('lists what is referred to first', () => {
    const order = [...catalog.entities.keys()];
    expect(order.indexOf('customers')).toBeLessThan(order.indexOf('orders'));
    expect(order.indexOf('products')).toBeLessThan(order.indexOf('order_details'));
  });
});

describe.skipIf(!there)('pagila', () => {
  let catalog: Catalog;
  beforeAll(async () => {
    catalog = await readSampleCatalog('pagila');
  });

  it('is read whole: 15 tables, 7 views, a materialized view', () => {
    expectSound(catalog);
    const kinds = [...catalog.entities.values()].map((entity) => entity.kind);
    expect(kinds.filter((kind) => kind === 'table').length).toBe(15);
    expect(kinds.filter((kind) => kind === 'view').length).toBe(7);
    expect(kinds.filter((kind) => kind === 'materialized view').length).toBe(1);
  });

  it('hides the partitions, and says so when asked for one', () => {
    expect(findEntity(catalog, 'payment').kind).toBe('table');
    expect(catalog.entities.has('payment_p2022_01')).toBe(false);
    expect(catalog.leftOut?.get('payment_p2022_01')).toMatch(/partition of 'payment'/);
  });

  it('has the partitioned table know only foreign keys that hold in every partition', () => {
    // payment_p2022_07 has none, so nothing is sure about payment as a whole.
    expect(findEntity(catalog, 'payment').relations).toEqual([]);
  });

  it('reads enums, domains seen through, arrays and search documents', () => {
    expect(readField(catalog, 'film', 'rating').type).toMatchObject({
      kind: 'enum',
      sql: 'public.mpaa_rating',
      labels: ['G', 'PG', 'PG-13', 'R', 'NC-17'],
      comparable: true,
    });
    expect(readField(catalog, 'film', 'release_year').type).toMatchObject({
      base: 'int4',
      domain: { name: 'public.year', notNull: false },
    });
    expect(readField(catalog, 'film', 'release_year').type.domain?.checks[0]).toMatch(/VALUE >= 1901/);
    expect(readField(catalog, 'film', 'special_features').type).toMatchObject({
      base: 'text',
      array: true,
      sql: 'text[]',
    });
    expect(readField(catalog, 'film', 'fulltext').type.base).toBe('tsvector');
    expect(readField(catalog, 'film', 'rental_rate').type).toMatchObject({
      base: 'numeric',
      precision: 4,
      scale: 2,
    });
    expect(readField(catalog, 'film', 'rental_rate').default).toBe('4.99');
  });

  it('tells two relations to one table apart', () => {
    const film = findEntity(catalog, 'film');
    expect(readRelation(film, 'language')).toMatchObject({ entity: 'language', nullable: false });
    expect(readRelation(film, 'original_language')).toMatchObject({ entity: 'language', nullable: true });
    const names = findEntity(catalog, 'language').relations.map((relation) => relation.name);
    expect(names).toEqual(['film_by_language', 'film_by_original_language']);
  });

  it('prefers the natural key to the numbered one, and the numbered one to none', () => {
    expect(findEntity(catalog, 'rental').identity).toEqual(['rental_date', 'inventory_id', 'customer_id']);
    expect(findEntity(catalog, 'actor').identity).toEqual(['actor_id']);
    expect(findEntity(catalog, 'film_actor').identity).toEqual(['actor_id', 'film_id']);
  });

  it('has views read-only', () => {
    expect(findEntity(catalog, 'customer_list')).toMatchObject({
      writable: false,
      readOnlyReason: 'it is a view',
    });
    expect(findEntity(catalog, 'rental_by_category').writable).toBe(false);
  });

  it('prints names in full, whatever the search path', () => {
    expect(readField(catalog, 'actor', 'actor_id').default).toMatch(
      /nextval\('public\.actor_actor_id_seq'::regclass\)/,
    );
  });

  it('knows which tables have triggers', () => {
    expect(findEntity(catalog, 'film').hasTriggers).toBe(true);
    expect(findEntity(catalog, 'payment').hasTriggers).toBe(false);
  });
});

describe.skipIf(!there)('ledgersmb', () => {
  let catalog: Catalog;
  beforeAll(async () => {
    catalog = await readSampleCatalog('ledgersmb');
  });

  it('is read whole: 158 tables and a view', () => {
    expectSound(catalog);
    const kinds = [...catalog.entities.values()].map((entity) => entity.kind);
    expect(kinds.filter((kind) => kind === 'table').length).toBe(158);
    expect(kinds.filter((kind) => kind === 'view').length).toBe(1);
  });

  it('reads composite foreign keys', () => {
    expect(
      readRelation(findEntity(catalog, 'payroll_deduction_type'), 'payroll_deduction_class'),
    ).toMatchObject({
      fields: ['pdc_id', 'country_id'],
      targetFields: ['id', 'country_id'],
    });
  });

  it('knows who inherits from whom', () => {
    expect(findEntity(catalog, 'entity_note').inherits).toEqual(['note']);
    expect(findEntity(catalog, 'note').inheritedBy).toContain('invoice_note');
    expect(findEntity(catalog, 'account').inheritedBy).toBeUndefined();
  });

  it('guesses natural identities', () => {
    expect(findEntity(catalog, 'account').identity).toEqual(['accno']);
    expect(findEntity(catalog, 'account_checkpoint').identity).toEqual(['end_date', 'account_id']);
    expect(findEntity(catalog, 'entity').identity).toEqual(['control_code']);
    expect(findEntity(catalog, 'language').identity).toEqual(['code']);
  });

  it('sees a tree from both ends', () => {
    const heading = findEntity(catalog, 'account_heading');
    expect(readRelation(heading, 'parent')).toMatchObject({ entity: 'account_heading', inverse: 'children' });
    expect(readRelation(heading, 'children')).toMatchObject({ kind: 'many', targetFields: ['parent_id'] });
  });

  it('marks tables with rewrite rules', () => {
    expect(findEntity(catalog, 'file_secondary_attachment').hasRules).toBe(true);
    expect(findEntity(catalog, 'account').hasRules).toBeUndefined();
  });

  it('reads checks with the fields they speak of', () => {
    const check = findEntity(catalog, 'account').checks.find((one) => one.name === 'account_category_check');
    expect(check).toMatchObject({ fields: ['category'] });
    expect(check?.expression).toContain("'A'::bpchar");
  });
});

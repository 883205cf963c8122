import { describe, expect, it } from 'vitest';
import {
  nameOfColumn,
  nameOfKey,
  namesOfThrough,
  namesOfToMany,
  namesOfToOne,
  takeName,
} from './relation-names.js';

describe('nameOfColumn', () => {
  it.each([
    ['brand_id', 'id', 'brand'],
    ['brandId', 'id', 'brand'],
    ['BrandID', 'ID', 'Brand'],
    ['Brand ID', 'ID', 'Brand'],
    ['id_brand', 'id', 'brand'],
    ['fk_brand', 'id', 'brand'],
    ['brand_uuid', 'uuid', 'brand'],
    ['customer_id', 'customer_id', 'customer'],
    ['parent_customer_id', 'customer_id', 'parent_customer'],
    ['language_code', 'code', 'language'],
    ['parent_sku', 'sku', 'parent'],
    ['reports_to', 'employee_id', 'reports_to'],
    ['parent', 'id', 'parent'],
    ['valid', 'id', 'valid'],
    ['monkey', 'id', 'monkey'],
    ['id', 'id', undefined],
    ['code', 'code', undefined],
  ])('%s → %s is called %s', (column, target, name) => {
    expect(nameOfColumn(column, target)).toBe(name);
  });
});

describe('nameOfKey', () => {
  const tenant = { columns: ['tenant_id'], targetColumns: ['id'], targetTable: 'tenant', constraint: 't' };
  const party = (column: string) => ({
    columns: ['tenant_id', column],
    targetColumns: ['tenant_id', 'id'],
    targetTable: 'party',
    constraint: column,
  });

  it('lets the column speak that no other key has', () => {
    expect(nameOfKey(party('bill_to_id'), [tenant, party('ship_to_id')])).toBe('bill_to');
  });

  it('says nothing when several columns could speak', () => {
    expect(nameOfKey(party('bill_to_id'), [])).toBeUndefined();
    expect(namesOfToOne(party('bill_to_id'), undefined)[0]).toBe('party');
  });
});

describe('namesOfToMany', () => {
  const key = {
    schema: 's',
    table: 'order',
    toOne: 'customer',
    constraint: 'c',
    siblings: 1,
    toItself: false,
  };

  it('takes the table, unless several keys lead from there', () => {
    expect(namesOfToMany(key)[0]).toBe('order');
    expect(namesOfToMany({ ...key, siblings: 2, toOne: 'bill_to' })[0]).toBe('order_by_bill_to');
  });

  it('calls the other end of a parent children', () => {
    expect(namesOfToMany({ ...key, table: 'category', toOne: 'parent', toItself: true })[0]).toBe('children');
    expect(namesOfToMany({ ...key, table: 'category', toOne: 'root', toItself: true })[0]).toBe(
      'category_by_root',
    );
  });
});

describe('takeName', () => {
  it('takes the first free name, with a number when none is', () => {
    const taken = new Set<string>();
    const names = namesOfThrough('tag', 'product_tag', 'product');
    const got = [1, 2, 3, 4, 5].map(() => takeName(names, taken));
    expect(got).toEqual([
      'tag',
      'tag_through_product_tag',
      'tag_through_product_tag_by_product',
      'tag_through_product_tag_by_product_2',
      'tag_through_product_tag_by_product_3',
    ]);
  });
});

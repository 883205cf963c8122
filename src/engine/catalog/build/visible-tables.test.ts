import { expect, it } from 'vitest';
import { toEntityNames } from './visible-tables.js';

const names = (...tables: readonly (readonly [string, string])[]) =>
  toEntityNames(tables.map(([schema, name]) => ({ schema, name })));

it('calls an entity like its table', () => {
  expect(names(['public', 'product'], ['crm', 'lead'])).toEqual(['product', 'lead']);
});

it('adds the schema to each where several have the table', () => {
  expect(names(['public', 'customer'], ['crm', 'customer'], ['crm', 'lead'])).toEqual([
    'public.customer',
    'crm.customer',
    'lead',
  ]);
});

it('adds quotes where a name with a dot makes even that ambiguous', () => {
  const got = names(['a', 'b'], ['c', 'b'], ['public', 'a.b']);
  expect(new Set(got).size).toBe(3);
  expect(got).toEqual(['"a"."b"', 'c.b', 'public.a.b']);
});

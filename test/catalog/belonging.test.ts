// To whom records belong, as the configuration says it: by a field, by a path, by whoever owns what they refer to, in trees.
import { beforeAll, describe, expect, it } from 'vitest';
import { buildCatalog } from '../../src/engine/catalog/build/catalog-builder.js';
import type { RawSchema } from '../../src/engine/catalog/introspect/raw-schema.js';
import type { EntityOverrides } from '../../src/engine/catalog/overrides/entity-override.js';
import { readSchemaOf } from './catalog-fixture.js';

const DDL = `
create table company (id int primary key, code text unique, seller text, parent_id int references company);
create table member (email text primary key, company_id int references company);
create table sale (id int primary key, company_id int references company);
create table line (id int primary key, sale_id int references sale);
create table tag (id int primary key, name text);
create table company_tag (company_id int references company, tag_id int references tag, primary key (company_id, tag_id));
create table pair (a int, b int, up_a int, up_b int, primary key (a, b), foreign key (up_a, up_b) references pair);`;

describe('whom a record belongs to', () => {
  let schema: RawSchema;
  beforeAll(async () => {
    schema = await readSchemaOf(DDL);
  });
  const ownerOf = (entity: string, overrides: EntityOverrides) =>
    buildCatalog(schema, overrides).entities.get(entity)?.owner;
  const company = { schema: 'public', table: 'company', only: false };

  it('is said by a field, or by that of a record it refers to', () => {
    expect(ownerOf('company', { company: { owner: 'seller' } })).toEqual({ field: 'seller' });
    expect(ownerOf('line', { line: { owner: 'sale.company.seller' } })).toEqual({
      field: 'sale_id',
      of: {
        schema: 'public',
        table: 'sale',
        only: false,
        field: 'id',
        belonging: { field: 'company_id', of: { ...company, field: 'id', belonging: { field: 'seller' } } },
      },
    });
  });

  it('is said by many records, also across a join table', () => {
    expect(ownerOf('company', { company: { owner: 'member.email' } })).toEqual({
      field: 'id',
      of: {
        schema: 'public',
        table: 'member',
        only: false,
        field: 'company_id',
        belonging: { field: 'email' },
      },
    });
    const tagged = ownerOf('company', { company: { owner: 'tag.name' } });
    expect(tagged).toMatchObject({ field: 'id', of: { table: 'company_tag', field: 'company_id' } });
    expect(tagged?.of?.belonging).toMatchObject({ field: 'tag_id', of: { table: 'tag', field: 'id' } });
  });

  it('is whoever owns the record at the end of a path, with the tree that one lies in', () => {
    const overrides = {
      company: { owner: 'seller', tree: 'parent' },
      sale: { owner: 'company' },
      line: { owner: 'sale' },
    };
    const tree = { table: company, key: 'id', parent: 'parent_id' };
    expect(ownerOf('line', overrides)?.of?.belonging.of?.belonging).toEqual({ field: 'seller', tree });
    expect(ownerOf('company', overrides)).toEqual({ field: 'seller', tree });
  });

  it.each([
    ['an unknown step', { line: { owner: 'sale.compny.seller' } }, 'CATALOG-202'],
    ['an unknown field', { line: { owner: 'sale.company.seler' } }, 'CATALOG-202'],
    ['a record that says nothing itself', { line: { owner: 'sale' } }, 'CATALOG-203'],
    ['a circle', { company: { owner: 'parent' } }, 'CATALOG-203'],
    ['a tree that is none', { company: { tree: 'code' } }, 'CATALOG-202'],
    ['a tree by several fields', { pair: { tree: 'pair' } }, 'CATALOG-203'],
  ] as const)('can’t be said by %s', (_, overrides, code) => {
    expect(() => buildCatalog(schema, overrides)).toThrow(expect.objectContaining({ code }));
  });
});

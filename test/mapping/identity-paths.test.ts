import { beforeAll, describe, expect, it } from 'vitest';
import type { Catalog } from '../../src/engine/catalog/catalog.js';
import { findEntity } from '../../src/engine/catalog/entity-finder.js';
import { toExportMapping } from '../../src/engine/mapping/index.js';
import { readCatalogOf } from '../catalog/catalog-fixture.js';

let catalog: Catalog;
beforeAll(async () => {
  catalog = await readCatalogOf(`
    create table country (code text primary key, name text not null);
    create table brand (id serial primary key, name text not null unique, country text references country);
    create table vague (id serial primary key, name text unique);
    create table plain (id serial primary key, name text);
    create table region (id serial primary key, country text not null references country, code text not null, unique (country, code));
    create table town (id serial primary key, region_id int not null references region, name text not null, unique (region_id, name));
    create table street (id serial primary key, town_id int not null references town, name text not null, unique (town_id, name));
    create table house (id serial primary key, street_id int not null references street, number text not null, unique (street_id, number));
    create table door (id int primary key, house_id int not null references house);
    create table node (id serial primary key, parent_id int not null references node, name text not null, unique (parent_id, name));
    create table pair (a int, b text, label text not null unique, primary key (a, b));
    create table refers (
      id int primary key, brand_id int references brand, other_brand int references brand, vague_id int references vague,
      plain_id int references plain, country text references country, region_id int references region, node_id int references node,
      a int, b text, foreign key (a, b) references pair,
      c int not null, d text not null, foreign key (c, d) references pair);
    create table shares (id int primary key, a int not null, b text not null, e text not null,
      foreign key (a, b) references pair, foreign key (a, e) references pair);
  `);
});

const columnsOf = (entity: string) =>
  toExportMapping(catalog, findEntity(catalog, entity)).fields.map((field) => field.field);

describe('an export writes a reference', () => {
  it('by what identifies the other record, and by the key where nothing better is sure', () => {
    const columns = columnsOf('refers');
    expect(columns.filter((column) => column.includes('.'))).toEqual([
      'brand.name',
      'other_brand.name',
      'region.country',
      'region.code',
      'node.parent.parent_id',
      'node.parent.name',
      'node.name',
      'pair_by_c_d.label',
    ]);
    // The name may be NULL; there is no name; the key is the name; a composite key that may be NULL in part.
    for (const key of ['vague_id', 'plain_id', 'country', 'a', 'b']) expect(columns).toContain(key);
  });

  it('by its key where two references share a column', () => {
    expect(columnsOf('shares')).toEqual(['id', 'a', 'b', 'e']);
  });

  it('through references of the other record, up to three steps, then by its key', () => {
    expect(columnsOf('street')).toEqual([
      'id',
      'town.region.country',
      'town.region.code',
      'town.name',
      'name',
    ]);
    const door = columnsOf('door');
    expect(door).toContain('house.street.town.region_id');
    expect(Math.max(...door.map((column) => column.split('.').length))).toBe(4);
  });

  it('without running in circles', () => {
    expect(columnsOf('node')).toEqual(['id', 'parent.parent_id', 'parent.name', 'name']);
  });

  it('in each of the columns that are asked for, and only once', () => {
    const brand = findEntity(catalog, 'brand');
    const fields = (...names: string[]) =>
      toExportMapping(catalog, brand, { fields: names }).fields.map((field) => field.column);
    expect(fields('name', 'country', 'id')).toEqual(['name', 'country', 'id']);
    expect(() => fields('name', 'name')).toThrow(expect.objectContaining({ code: 'MAPPING-206' }));
    expect(() => fields('nmae')).toThrow(
      expect.objectContaining({ code: 'MAPPING-202', hint: expect.stringMatching(/name/) }),
    );
  });
});

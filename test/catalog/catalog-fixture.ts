// A catalog of given DDL, read from a real database that is gone afterwards.
import { buildCatalog } from '../../src/engine/catalog/build/catalog-builder.js';
import type { Catalog, Entity, Field, Relation } from '../../src/engine/catalog/catalog.js';
import { createCatalog } from '../../src/engine/catalog/catalog-service.js';
import { findEntity } from '../../src/engine/catalog/entity-finder.js';
import type { RawSchema } from '../../src/engine/catalog/introspect/raw-schema.js';
import { readSchema } from '../../src/engine/catalog/introspect/schema-reader.js';
import type { EntityOverrides } from '../../src/engine/catalog/overrides/entity-override.js';
import { loadSample, type SampleDump } from '../support/load-dump.js';
import { createTestDatabase } from '../support/test-database.js';

export async function readCatalogOf(ddl: string, overrides?: EntityOverrides): Promise<Catalog> {
  const test = await createTestDatabase();
  try {
    await test.database.query(ddl);
    return await createCatalog({ database: test.database, overrides }).read();
  } finally {
    await test.drop();
  }
}

/** The raw schema of given DDL, to build several catalogs from. */
export async function readSchemaOf(ddl: string): Promise<RawSchema> {
  const test = await createTestDatabase();
  try {
    await test.database.query(ddl);
    return (await readSchema(test.database, {})).schema;
  } finally {
    await test.drop();
  }
}

export async function readSampleCatalog(name: SampleDump): Promise<Catalog> {
  const test = await createTestDatabase();
  try {
    await loadSample(test, name);
    return buildCatalog((await readSchema(test.database, {})).schema);
  } finally {
    await test.drop();
  }
}

export function readField(catalog: Catalog, entity: string, name: string): Field {
  const field = findEntity(catalog, entity).fields.find((one) => one.name === name);
  if (field === undefined) throw new Error(`${entity} has no field ${name}`);
  return field;
}

export function readRelation(entity: Entity, name: string): Relation {
  const relation = entity.relations.find((one) => one.name === name);
  if (relation === undefined)
    throw new Error(`${entity.name} has ${entity.relations.map((one) => one.name)}, not ${name}`);
  return relation;
}

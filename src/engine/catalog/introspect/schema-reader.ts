// Reads the whole schema in one snapshot: a handful of set-wise queries, whatever the number of tables.
import type { Client, Database } from '../../../foundation/postgres/database.js';
import { readChecks } from './check-query.js';
import { readColumns } from './column-query.js';
import { readFingerprint } from './fingerprint-query.js';
import { readForeignKeys } from './foreign-key-query.js';
import { readKeys } from './key-query.js';
import type { RawSchema } from './raw-schema.js';
import { readRelations } from './relation-query.js';
import type { SchemaSelection } from './schema-selection.js';
import { readSearches } from './search-query.js';
import { readTypes } from './type-query.js';

export interface SchemaReading {
  readonly schema: RawSchema;
  /** What `readFingerprint` gives for the same snapshot. */
  readonly fingerprint: string;
}

// What PostgreSQL's catalog functions raise when a table or type is dropped while they look at it.
const CHANGED_MEANWHILE = new Set(['XX000', '42P01', '42703', '42704', '3F000']);
const ATTEMPTS = 4;

/**
 * Reads everything the application's schemas hold that the current role can see the existence of.
 * Reads again when the schema is changed at the same moment; throws PostgreSQL's error if that happens four times in a row.
 */
export async function readSchema(database: Database, selection: SchemaSelection): Promise<SchemaReading> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await database.transaction((client) => readSnapshot(client, selection));
    } catch (error) {
      const code = (error as { code?: string }).code ?? '';
      if (!CHANGED_MEANWHILE.has(code) || attempt === ATTEMPTS) throw error;
    }
  }
}

async function readSnapshot(client: Client, selection: SchemaSelection): Promise<SchemaReading> {
  await client.query('set transaction isolation level repeatable read, read only');
  // With nothing but pg_catalog in the path every other name is printed in full, so that defaults, checks and types
  // read the same for whoever uses them; pg_temp is named or it would come first. JIT costs more than these queries.
  await client.query(
    `select set_config('search_path', 'pg_catalog, pg_temp', true), set_config('jit', 'off', true)`,
  );
  const fingerprint = await readFingerprint(client, selection);
  const relations = await readRelations(client, selection);
  const all = relations.map((relation) => relation.oid);
  const shown = relations.filter((relation) => relation.partitionOf === null).map((relation) => relation.oid);
  const schema: RawSchema = {
    relations,
    columns: await readColumns(client, shown),
    types: await readTypes(client, shown),
    keys: await readKeys(client, shown),
    foreignKeys: await readForeignKeys(client, all),
    checks: await readChecks(client, shown),
    searches: await readSearches(client, shown),
  };
  return { schema, fingerprint };
}

// Mappings kept in the database, by name and in versions: nothing that was saved is changed, the highest version counts.
import type { Queryable } from '../../../foundation/postgres/database.js';

export interface SavedMapping {
  readonly name: string;
  /** From 1. */
  readonly version: number;
  readonly entity: string;
  /** As it was written. */
  readonly body: string;
  readonly note?: string;
  readonly createdBy: string;
  readonly createdAt: Date;
}

export interface MappingToSave {
  readonly name: string;
  readonly entity: string;
  readonly body: string;
  readonly note?: string;
  readonly createdBy: string;
}

/** What a name may be: it must not be taken for a path, nor for a name with a version (`prices@2`). */
export const isMappingName = (text: string): boolean => /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(text);

/** Until the transaction ends nobody else saves one of the name. */
export async function holdMapping(db: Queryable, name: string): Promise<void> {
  await db.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [
    JSON.stringify(['saved mapping', name]),
  ]);
}

/** Saves it as the next version; returns which. A body that equals the last version's is that version. To be called in a transaction. */
export async function saveMapping(db: Queryable, mapping: MappingToSave): Promise<number> {
  await holdMapping(db, mapping.name);
  const last = await findMapping(db, mapping.name);
  if (last?.body === mapping.body && last.entity === mapping.entity) return last.version;
  const result = await db.query<{ version: number }>(
    `insert into dovetail.mappings (name, version, entity, body, note, created_by)
     select $1, coalesce(max(version), 0) + 1, $2, $3, $4, $5 from dovetail.mappings where name = $1 returning version`,
    [mapping.name, mapping.entity, mapping.body, mapping.note ?? null, mapping.createdBy],
  );
  return result.rows[0]!.version;
}

const COLUMNS = 'name, version, entity, body, note, created_by, created_at';

/** The mapping of that name; without a version the last one. */
export async function findMapping(
  db: Queryable,
  name: string,
  version?: number,
): Promise<SavedMapping | undefined> {
  const result = await db.query<MappingRow>(
    `select ${COLUMNS} from dovetail.mappings where name = $1 and ($2::int is null or version = $2) order by version desc limit 1`,
    [name, version ?? null],
  );
  return result.rows[0] && fromRow(result.rows[0]);
}

/** The last version of each, by name; with a name every version of that one, the newest first. */
export async function readMappings(db: Queryable, name?: string): Promise<readonly SavedMapping[]> {
  const result = await db.query<MappingRow>(
    name === undefined
      ? `select distinct on (name) ${COLUMNS} from dovetail.mappings order by name, version desc`
      : `select ${COLUMNS} from dovetail.mappings where name = $1 order by version desc`,
    name === undefined ? [] : [name],
  );
  return result.rows.map(fromRow);
}

/** Removes every version; returns how many there were. */
export async function deleteMapping(db: Queryable, name: string): Promise<number> {
  const result = await db.query('delete from dovetail.mappings where name = $1', [name]);
  return result.rowCount ?? 0;
}

interface MappingRow extends Record<string, unknown> {
  readonly name: string;
  readonly version: number;
  readonly entity: string;
  readonly body: string;
  readonly note: string | null;
  readonly created_by: string;
  readonly created_at: Date;
}

const fromRow = (row: MappingRow): SavedMapping => ({
  name: row.name,
  version: row.version,
  entity: row.entity,
  body: row.body,
  ...(row.note === null ? {} : { note: row.note }),
  createdBy: row.created_by,
  createdAt: row.created_at,
});

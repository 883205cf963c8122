// What the tables say when files are looked for that nobody names.
import type { Queryable } from '../../../foundation/postgres/database.js';
import type { NamingField } from './field-file-store.js';

/** Names of the storages that imports put files into. */
export async function readStorageNames(db: Queryable): Promise<readonly string[]> {
  const { rows } = await db.query<{ storage: string }>(
    'select distinct storage from dovetail.field_files order by storage',
  );
  return rows.map(({ storage }) => storage);
}

/** Fields that imports put paths of the storage into, ever. */
export async function listNamingFields(db: Queryable, storage: string): Promise<readonly NamingField[]> {
  const { rows } = await db.query<NamingField>(
    `select schema_name as schema, table_name as "table", field_name as field, address
     from dovetail.file_fields where storage = $1`,
    [storage],
  );
  return rows;
}

/** Files that no import wanted within the last day, by path; those after `after`. */
export async function readOldFiles(
  db: Queryable,
  storage: string,
  { after, limit }: { readonly after: string; readonly limit: number },
): Promise<readonly { readonly path: string; readonly size: number }[]> {
  const { rows } = await db.query<{ path: string; size: string }>(
    `select path, size from dovetail.field_files
     where storage = $1 and path > $2 collate "C" and noted_at < now() - interval '1 day'
     order by path collate "C" limit $3`,
    [storage, after, limit],
  );
  return rows.map(({ path, size }) => ({ path, size: Number(size) }));
}

/** Paths that an undo would put back into records, and those of rows that wait for others. */
export async function readUndoPaths(db: Queryable): Promise<readonly string[]> {
  const { rows } = await db.query<{ path: string }>(
    `select distinct found[1] as path from (
       select unnest(before) as text from dovetail.run_undo where before is not null
       union all select unnest(data) from dovetail.run_postponed
       union all select cell from dovetail.run_postponed w, json_array_elements(w.parts) part,
         json_array_elements(part) record, json_array_elements_text(record -> 'cells') cell
     ) kept, regexp_matches(text, '([0-9a-f]{2}/[0-9a-f]{62}\\.[a-z0-9]+)$') found`,
  );
  return rows.map(({ path }) => path);
}

/** True if the file was still one that nobody wanted, and is forgotten now. */
export async function forgetFile(db: Queryable, storage: string, path: string): Promise<boolean> {
  const { rowCount } = await db.query(
    `delete from dovetail.field_files
     where storage = $1 and path = $2 and noted_at < now() - interval '1 day'`,
    [storage, path],
  );
  return rowCount === 1;
}

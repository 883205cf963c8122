// Files that were put into a storage and that no record names: what is left of rows that failed, of kills, and of pictures that were
// replaced. Only what imports put there is ever looked at.
import type { Catalog } from '../../../engine/catalog/index.js';
import { findHeldTexts } from '../../../engine/records/read/index.js';
import type { Storage } from '../../../engine/storage/storage.js';
import type { Database, Queryable } from '../../../foundation/postgres/database.js';
import { importError } from '../import/import-errors.js';
import type { NamingField } from './field-file-store.js';
import {
  forgetFile,
  listNamingFields,
  readOldFiles,
  readStorageNames,
  readUndoPaths,
} from './file-garbage-store.js';

export interface FilePruneReport {
  readonly dryRun: boolean;
  readonly files: number;
  readonly bytes: number;
  readonly storages: readonly StorageGarbage[];
  /** Fields that once named files and are gone: what only they named counts as named by nobody. */
  readonly goneFields: readonly string[];
}

export interface StorageGarbage {
  readonly storage: string;
  readonly files: number;
  readonly bytes: number;
  /** Paths, the first few. */
  readonly first: readonly string[];
}

export interface FilePruneRooms {
  readonly database: Database;
  readonly catalog: Catalog;
  /** Throws STORAGE-105 for one that is not configured any more. */
  readonly openStorage: (name: string) => Promise<Storage>;
}

const PAGE = 2_000;
const FIRST_SHOWN = 10;

/**
 * Removes, or only counts, files that no record names, no run that waits is to name, and no undo would name again. Files that an import
 * wanted within the last day are left alone: their records may be on the way. Throws FILES-149 where records may be hidden.
 */
export async function pruneFieldFiles(
  rooms: FilePruneRooms,
  dryRun: boolean,
  signal: AbortSignal,
): Promise<FilePruneReport> {
  const storages: StorageGarbage[] = [];
  const gone = new Set<string>();
  for (const name of await readStorageNames(rooms.database)) {
    const fields = [
      ...(await listNamingFields(rooms.database, name)),
      ...configuredFields(rooms.catalog, name),
    ];
    const found = await pruneStorage(rooms, name, { fields, gone, dryRun, signal });
    if (found.files > 0) storages.push(found);
  }
  return {
    dryRun,
    files: storages.reduce((sum, { files }) => sum + files, 0),
    bytes: storages.reduce((sum, { bytes }) => sum + bytes, 0),
    storages,
    goneFields: [...gone].sort(),
  };
}

interface Pruning {
  readonly fields: readonly NamingField[];
  readonly gone: Set<string>;
  readonly dryRun: boolean;
  readonly signal: AbortSignal;
}

async function pruneStorage(
  { database, openStorage }: FilePruneRooms,
  name: string,
  { fields, gone, dryRun, signal }: Pruning,
): Promise<StorageGarbage> {
  let [files, bytes] = [0, 0];
  const first: string[] = [];
  let storage: Storage | undefined;
  try {
    for (let after = '', more = true; more; ) {
      signal.throwIfAborted();
      const page = await readOldFiles(database, name, { after, limit: PAGE });
      more = page.length === PAGE;
      after = page.at(-1)?.path ?? after;
      const unnamed = await withoutNamed(
        database,
        fields,
        page.map(({ path }) => path),
        gone,
      );
      for (const { path, size } of page) {
        if (!unnamed.has(path)) continue;
        if (!dryRun) {
          signal.throwIfAborted();
          storage ??= await openStorage(name);
          const keeper = storage;
          // The row is locked while the file goes: an import that wants it waits, and puts it anew.
          const removed = await database.transaction(async (client) => {
            const forgotten = await forgetFile(client, name, path);
            if (forgotten) await keeper.delete(path);
            return forgotten;
          });
          if (!removed) continue;
        }
        files++;
        bytes += size;
        if (first.length < FIRST_SHOWN) first.push(path);
      }
    }
  } finally {
    await storage?.close();
  }
  return { storage: name, files, bytes, first };
}

async function withoutNamed(
  db: Queryable,
  fields: readonly NamingField[],
  paths: readonly string[],
  gone: Set<string>,
): Promise<ReadonlySet<string>> {
  const left = new Set(paths);
  for (const field of fields) {
    if (left.size === 0) return left;
    // The bare path too: the address may have been added, or taken away, since.
    const texts = [...left].flatMap((path) => (field.address === '' ? [path] : [path, field.address + path]));
    const held = await findHeldTexts(db, field, texts);
    if (held === 'hidden') {
      throw importError(149, {
        detail: `Row security may hide records of ${field.schema}.${field.table} from this role, so nobody can tell which files they name.`,
        hint: 'Do it with a role that sees every record: one with BYPASSRLS, or the owner of the table.',
      });
    }
    if (held === undefined) gone.add(`${field.schema}.${field.table}.${field.field}`);
    for (const text of held ?? [])
      left.delete(text.slice(text.startsWith(field.address) ? field.address.length : 0));
  }
  if (left.size > 0) for (const path of await readUndoPaths(db)) left.delete(path);
  return left;
}

function configuredFields({ entities }: Catalog, storage: string): readonly NamingField[] {
  return [...entities.values()].flatMap(({ schema, table, fields }) =>
    fields.flatMap(({ name, file }) =>
      file?.storage === storage ? [{ schema, table, field: name, address: file.address }] : [],
    ),
  );
}

// The tables of field files: what was put into which storage, what addresses gave, and which fields name files.
import { createHash } from 'node:crypto';
import type { FileType } from '../../../engine/catalog/index.js';
import type { Queryable } from '../../../foundation/postgres/database.js';
import type { FileFacts } from './check-content.js';
import type { FileVersion } from './fetch-address.js';

export interface KeptFileRow extends FileFacts {
  /** False: it is on its way, or never got there. */
  readonly put: boolean;
}

export interface FetchedFileRow extends FileVersion {
  readonly file: KeptFileRow;
  readonly run: string;
}

export interface NamingField {
  readonly schema: string;
  readonly table: string;
  readonly field: string;
  /** What stands before the path in the field. */
  readonly address: string;
}

interface FileColumns {
  readonly path: string;
  readonly type: string;
  readonly size: string;
  readonly pixels: string | null;
  readonly put: boolean;
}

const toKept = ({ path, type, size, pixels, put }: FileColumns): KeptFileRow => ({
  path,
  type: type as FileType,
  size: Number(size),
  ...(pixels === null ? {} : { pixels: Number(pixels) }),
  put,
});

export const hashOfAddress = (address: string): Buffer => createHash('sha256').update(address).digest();

/** By path. */
export async function readKept(
  db: Queryable,
  storage: string,
  paths: readonly string[],
): Promise<ReadonlyMap<string, KeptFileRow>> {
  if (paths.length === 0) return new Map();
  const { rows } = await db.query<FileColumns>(
    `select path, type, size, pixels, put_at is not null as put
     from dovetail.field_files where storage = $1 and path = any($2)`,
    [storage, paths],
  );
  return new Map(rows.map((row) => [row.path, toKept(row)]));
}

/** By address. */
export async function readFetched(
  db: Queryable,
  storage: string,
  addresses: readonly string[],
): Promise<ReadonlyMap<string, FetchedFileRow>> {
  if (addresses.length === 0) return new Map();
  const byHash = new Map(addresses.map((address) => [hashOfAddress(address).toString('hex'), address]));
  type Row = FileColumns & { hash: string; etag: string | null; modified: string | null; run: string };
  const { rows } = await db.query<Row>(
    `select path, type, size, pixels, put_at is not null as put,
       encode(address, 'hex') as hash, etag, last_modified as modified, run_id::text as run
     from dovetail.fetched_files join dovetail.field_files using (storage, path)
     where storage = $1 and address = any($2::bytea[])`,
    [storage, [...byHash.keys()].map((hash) => Buffer.from(hash, 'hex'))],
  );
  return new Map(
    rows.map(({ hash, etag, modified, run, ...file }) => [
      byHash.get(hash)!,
      {
        file: toKept(file),
        run,
        ...(etag === null ? {} : { etag }),
        ...(modified === null ? {} : { lastModified: modified }),
      },
    ]),
  );
}

/** Says that the files are wanted, so that nobody clears them away before their records are there. */
export async function noteWanted(db: Queryable, storage: string, paths: readonly string[]): Promise<void> {
  if (paths.length === 0) return;
  // In the order of the paths, so that two imports never wait for each other.
  await db.query(
    `with wanted as (
       select path from dovetail.field_files
       where storage = $1 and path = any($2) and noted_at < now() - interval '1 hour' order by path for update
     )
     update dovetail.field_files f set noted_at = now() from wanted where f.storage = $1 and f.path = wanted.path`,
    [storage, paths],
  );
}

/** Before the file is put: from here on it is known, whoever is killed. */
export async function noteFile(db: Queryable, storage: string, facts: FileFacts): Promise<void> {
  await db.query(
    `insert into dovetail.field_files (storage, path, type, size, pixels) values ($1, $2, $3, $4, $5)
     on conflict (storage, path) do update set noted_at = now(), pixels = coalesce(excluded.pixels, field_files.pixels)`,
    [storage, facts.path, facts.type, facts.size, facts.pixels ?? null],
  );
}

export async function notePut(db: Queryable, storage: string, path: string): Promise<void> {
  await db.query(
    `update dovetail.field_files set put_at = now() where storage = $1 and path = $2 and put_at is null`,
    [storage, path],
  );
}

export async function noteFetched(
  db: Queryable,
  fetched: {
    readonly storage: string;
    readonly address: string;
    readonly path: string;
    readonly run: string;
  } & FileVersion,
): Promise<void> {
  const { storage, address, path, run, etag, lastModified } = fetched;
  await db.query(
    `insert into dovetail.fetched_files (storage, address, path, etag, last_modified, run_id)
     values ($1, $2, $3, $4, $5, $6)
     on conflict (storage, address) do update set path = excluded.path, etag = excluded.etag,
       last_modified = excluded.last_modified, run_id = excluded.run_id, asked_at = now()`,
    [storage, hashOfAddress(address), path, etag ?? null, lastModified ?? null, run],
  );
}

/** Remembers that the field names files of the storage. */
export async function noteField(db: Queryable, storage: string, field: NamingField): Promise<void> {
  await db.query(
    `insert into dovetail.file_fields (storage, schema_name, table_name, field_name, address)
     values ($1, $2, $3, $4, $5) on conflict do nothing`,
    [storage, field.schema, field.table, field.field, field.address],
  );
}

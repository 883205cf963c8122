// The rows of dovetail.loaded_files: what was applied, by folder and path.
import type { Queryable } from '../../foundation/postgres/database.js';

export interface LoadedFile {
  readonly path: string;
  readonly version?: string;
  readonly checksum: string;
  readonly environment?: string;
  readonly appliedAt: Date;
  readonly runs: readonly string[];
}

interface LoadedRow {
  path: string;
  version: string | null;
  checksum: string;
  environment: string | null;
  applied_at: Date;
  runs: string[];
}

/** Everything that was applied of the folder, or only one file of it. */
export async function readLoadedFiles(
  db: Queryable,
  folder: string,
  path?: string,
): Promise<ReadonlyMap<string, LoadedFile>> {
  const { rows } = await db.query<LoadedRow>(
    `select path, version, checksum, environment, applied_at, runs::text[] as runs from dovetail.loaded_files
     where folder = $1 and ($2::text is null or path = $2) order by applied_at, path`,
    [folder, path ?? null],
  );
  return new Map(
    rows.map((row) => [
      row.path,
      {
        path: row.path,
        ...(row.version === null ? {} : { version: row.version }),
        checksum: row.checksum,
        ...(row.environment === null ? {} : { environment: row.environment }),
        appliedAt: row.applied_at,
        runs: row.runs,
      },
    ]),
  );
}

export interface NewLoadedFile {
  readonly folder: string;
  readonly path: string;
  readonly version: string | undefined;
  readonly checksum: string;
  readonly environment: string | undefined;
  /** Undefined: only noted, not applied. */
  readonly milliseconds: number | undefined;
  readonly counters: unknown;
  readonly runs: readonly string[];
}

/** Notes the file as applied. To be called in the transaction that applied it. */
export async function saveLoadedFile(db: Queryable, file: NewLoadedFile): Promise<void> {
  await db.query(
    `insert into dovetail.loaded_files (folder, path, version, checksum, environment, milliseconds, counters, runs)
     values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict (folder, path) do update set version = excluded.version, checksum = excluded.checksum,
       environment = excluded.environment, applied_at = now(), milliseconds = excluded.milliseconds,
       counters = excluded.counters, runs = excluded.runs`,
    [
      file.folder,
      file.path,
      file.version ?? null,
      file.checksum,
      file.environment ?? null,
      file.milliseconds ?? null,
      JSON.stringify(file.counters),
      file.runs,
    ],
  );
}

/** Undefined if it was not there. */
export async function removeLoadedFile(
  db: Queryable,
  folder: string,
  path: string,
): Promise<Date | undefined> {
  const { rows } = await db.query<{ applied_at: Date }>(
    `delete from dovetail.loaded_files where folder = $1 and path = $2 returning applied_at`,
    [folder, path],
  );
  return rows[0]?.applied_at;
}

const LOCK = `hashtextextended('dovetail.load', 0)`;

/**
 * Lets one load at a time apply a file: held to the end of the transaction, so that it also holds behind a pooler that shares
 * sessions. `onWait` is told if another load holds it.
 */
export async function lockLoading(client: Queryable, onWait: () => void): Promise<void> {
  const tried = await client.query<{ got: boolean }>(`select pg_try_advisory_xact_lock(${LOCK}) as got`);
  if (tried.rows[0]!.got) return;
  onWait();
  await client.query(`select pg_advisory_xact_lock(${LOCK})`);
}

// The rows of dovetail.taken_files: what a schedule took, so that it never takes it twice.
import type { RunState } from '../../../engine/pipeline/index.js';
import type { StoredFile } from '../../../engine/storage/storage.js';
import type { Queryable } from '../../../foundation/postgres/database.js';

export interface TakenFile {
  readonly id: string;
  readonly path: string;
  readonly run: string | undefined;
  readonly state: RunState | undefined;
  readonly settled: boolean;
}

export interface NewTaken {
  readonly schedule: string;
  readonly path: string;
  readonly size: number;
  readonly modifiedAt: Date;
  readonly sha256: string;
  readonly run?: string;
  /** Why it could not become a run. */
  readonly refusal?: string;
  readonly etag?: string | undefined;
  readonly lastModified?: string | undefined;
}

/** True if it was noted now, false if it was known: by its path and content, or with `byContent` by its content alone. */
export async function noteTaken(db: Queryable, file: NewTaken, byContent: boolean): Promise<boolean> {
  const { rowCount } = await db.query(
    `insert into dovetail.taken_files
       (schedule_id, path, size, modified_at, sha256, run_id, refusal, etag, last_modified, settled_at)
     select $1, $2, $3, $4, $5, $6, $7, $8, $9, case when $7::text is not null then clock_timestamp() end
     where not $10 or not exists (
       select from dovetail.taken_files t where t.schedule_id = $1 and t.sha256 = $5 and t.refusal is null)
     on conflict (schedule_id, path, sha256) do update
       set run_id = excluded.run_id, refusal = excluded.refusal, size = excluded.size, modified_at = excluded.modified_at,
         settled_at = excluded.settled_at, taken_at = clock_timestamp()
       where taken_files.refusal is not null`,
    [
      file.schedule,
      file.path,
      file.size,
      file.modifiedAt,
      file.sha256,
      file.run ?? null,
      file.refusal ?? null,
      file.etag ?? null,
      file.lastModified ?? null,
      byContent,
    ],
  );
  return rowCount === 1;
}

/** Notes the look of a file whose content is known: a file that was only touched, or is a copy, is not read again. */
export async function noteLook(
  db: Queryable,
  schedule: string,
  file: StoredFile,
  sha256: string,
): Promise<void> {
  await db.query(
    `insert into dovetail.taken_files (schedule_id, path, size, modified_at, sha256, run_id, settled_at)
     values ($1, $2, $3, $4, $5, (
       select run_id from dovetail.taken_files where schedule_id = $1 and sha256 = $5 order by id limit 1), clock_timestamp())
     on conflict (schedule_id, path, sha256) do update
       set modified_at = excluded.modified_at, taken_at = clock_timestamp()`,
    [schedule, file.path, file.size, file.modifiedAt, sha256],
  );
}

/**
 * True if this very file, by path, size and time of writing, was taken (or looked at, and left) before. `again`: what was refused
 * counts as new. Storages that count whole seconds give two files of one second the same time: that time is believed only
 * if the file was older when it was taken, else its content is looked at.
 */
export async function isKnown(
  db: Queryable,
  schedule: string,
  file: StoredFile,
  again: boolean,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `select from dovetail.taken_files
     where schedule_id = $1 and path = $2 and size = $3 and modified_at = $4 and not ($5 and refusal is not null)
       and (modified_at <> date_trunc('second', modified_at) or modified_at < taken_at - interval '2 seconds')
     limit 1`,
    [schedule, file.path, file.size, file.modifiedAt, again],
  );
  return rowCount !== 0;
}

/** Files that were taken and not put away yet: a worker died, or was stopped, in between. */
export async function readUnsettled(db: Queryable, schedule: string): Promise<readonly TakenFile[]> {
  const { rows } = await db.query<{ id: string; path: string; run: string | null; state: RunState | null }>(
    `select t.id::text as id, t.path, t.run_id::text as run, r.state
     from dovetail.taken_files t left join dovetail.runs r on r.id = t.run_id
     where t.schedule_id = $1 and t.settled_at is null order by t.id`,
    [schedule],
  );
  return rows.map((row) => ({
    id: row.id,
    path: row.path,
    run: row.run ?? undefined,
    state: row.state ?? undefined,
    settled: false,
  }));
}

/** Notes that the run is over and the file put away; `moved`, where it lies now on this machine, becomes the run's source. */
export async function settleTaken(db: Queryable, run: string, moved: string | undefined): Promise<void> {
  await db.query(
    'update dovetail.taken_files set settled_at = clock_timestamp() where run_id = $1 and settled_at is null',
    [run],
  );
  if (moved === undefined) return;
  await db.query(
    `update dovetail.runs set settings = jsonb_set(settings, '{source,path}', to_jsonb($2::text))
     where id = $1 and not (settings->'source'->>'spooled')::boolean`,
    [run, moved],
  );
}

/** What an address said of its version when it was last imported. */
export async function readVersion(
  db: Queryable,
  schedule: string,
  address: string,
): Promise<{ readonly etag?: string; readonly lastModified?: string }> {
  const { rows } = await db.query<{ etag: string | null; last_modified: string | null }>(
    `select etag, last_modified from dovetail.taken_files
     where schedule_id = $1 and path = $2 and refusal is null order by taken_at desc limit 1`,
    [schedule, address],
  );
  const { etag, last_modified: lastModified } = rows[0] ?? {};
  return { ...(etag ? { etag } : {}), ...(lastModified ? { lastModified } : {}) };
}

// The rows of dovetail.uploads. A row is found by its owner only, so that to others there is none.
import type { Queryable } from '../../../foundation/postgres/database.js';
import type { Upload, UploadOwner } from './upload.js';

export async function insertUpload(
  db: Queryable,
  { kind, id: who }: UploadOwner,
  { id, name, metadata, size, expiresAt }: Upload,
  now: Date,
): Promise<void> {
  await db.query(
    `insert into dovetail.uploads (id, owner_kind, owner_id, name, metadata, size, created_at, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [id, kind, who, name, metadata, size, now, expiresAt],
  );
}

const COLUMNS = 'id, name, metadata, size, received, fence, sha256, expires_at';
const OWN = 'id = $1 and owner_kind = $2 and owner_id = $3 and expires_at > $4';

export async function findUpload(
  db: Queryable,
  id: string,
  owner: UploadOwner,
  now: Date,
): Promise<Upload | undefined> {
  const { rows } = await db.query<UploadRow>(`select ${COLUMNS} from dovetail.uploads where ${OWN}`, [
    id,
    owner.kind,
    owner.id,
    now,
  ]);
  return rows[0] && fromRow(rows[0]);
}

export type HeldUpload = Upload & { readonly fence: string };

/** Takes it for this process: whoever wrote to it before can note no more. */
export async function holdUpload(
  db: Queryable,
  id: string,
  owner: UploadOwner,
  now: Date,
): Promise<HeldUpload | undefined> {
  const { rows } = await db.query<UploadRow>(
    `update dovetail.uploads set fence = fence + 1 where ${OWN} returning ${COLUMNS}`,
    [id, owner.kind, owner.id, now],
  );
  return rows[0] && { ...fromRow(rows[0]), fence: rows[0].fence };
}

/** False if another process has taken it over, or it is gone. */
export async function noteReceived(
  db: Queryable,
  { id, fence }: HeldUpload,
  received: number,
  expiresAt: Date,
): Promise<boolean> {
  const { rowCount } = await db.query(
    'update dovetail.uploads set received = $3, expires_at = $4 where id = $1 and fence = $2',
    [id, fence, received, expiresAt],
  );
  return rowCount === 1;
}

export async function noteComplete(db: Queryable, id: string, sha256: string): Promise<void> {
  await db.query('update dovetail.uploads set sha256 = $2 where id = $1 and received = size', [id, sha256]);
}

export async function deleteUpload(db: Queryable, id: string): Promise<void> {
  await db.query('delete from dovetail.uploads where id = $1', [id]);
}

/** Bytes that are still to come of all that are under way. */
export async function readOutstanding(db: Queryable, now: Date): Promise<number> {
  const { rows } = await db.query<{ bytes: string }>(
    'select coalesce(sum(size - received), 0)::int8 as bytes from dovetail.uploads where expires_at > $1',
    [now],
  );
  return Number(rows[0]!.bytes);
}

/** Those that nothing was added to for too long. */
export async function readExpired(db: Queryable, now: Date): Promise<readonly string[]> {
  const { rows } = await db.query<{ id: string }>('select id from dovetail.uploads where expires_at <= $1', [
    now,
  ]);
  return rows.map(({ id }) => id);
}

export async function readKnown(db: Queryable, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const { rows } = await db.query<{ id: string }>('select id from dovetail.uploads where id = any($1)', [
    ids,
  ]);
  return new Set(rows.map(({ id }) => id));
}

/** As they are shown to whoever may see them. */
export const UPLOADS_SHOWN = `
  select u.id, u.name, case when u.sha256 is null then 'receiving' else 'complete' end as state, u.size, u.received, u.sha256,
    u.created_at as "createdAt", u.expires_at as "expiresAt", concat(u.owner_kind, ' ', u.owner_id) as owner,
    coalesce(
      (select c.unit_id from dovetail.clients c where u.owner_kind = 'client' and c.id::text = u.owner_id),
      (select p.unit_id from dovetail.users p where u.owner_kind = 'user' and p.id::text = u.owner_id)) as unit
  from dovetail.uploads u`;

interface UploadRow {
  readonly id: string;
  readonly name: string;
  readonly metadata: string;
  readonly size: string;
  readonly received: string;
  readonly fence: string;
  readonly sha256: string | null;
  readonly expires_at: Date;
}

const fromRow = ({ id, name, metadata, size, received, sha256, expires_at }: UploadRow): Upload => ({
  id,
  name,
  metadata,
  size: Number(size),
  received: Number(received),
  ...(sha256 === null ? {} : { sha256 }),
  expiresAt: expires_at,
});

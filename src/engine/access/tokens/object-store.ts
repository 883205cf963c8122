// The rows of dovetail.oauth_objects: what the authorization server keeps, found by the digest of what its bearers hold.
import type { Queryable } from '../../../foundation/postgres/database.js';
import { toDigest } from '../keys/api-key.js';

export interface OAuthObject {
  readonly payload: Readonly<Record<string, unknown>>;
  readonly consumedAt: Date | undefined;
}

export interface NewOAuthObject {
  readonly kind: string;
  readonly id: string;
  readonly clientId: string | undefined;
  readonly userId: string | undefined;
  readonly grantId: string | undefined;
  readonly uid: string | undefined;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly expiresAt: Date;
}

/** A row of the same kind and id is replaced. */
export async function saveObject(db: Queryable, one: NewOAuthObject): Promise<void> {
  await db.query(
    `insert into dovetail.oauth_objects (kind, id_sha256, client_id, user_id, grant_id, uid, payload, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict (kind, id_sha256) do update set client_id = excluded.client_id, user_id = excluded.user_id,
       grant_id = excluded.grant_id, uid = excluded.uid, payload = excluded.payload, expires_at = excluded.expires_at`,
    [
      one.kind,
      toDigest(one.id),
      one.clientId ?? null,
      one.userId ?? null,
      one.grantId ?? null,
      one.uid ?? null,
      JSON.stringify(one.payload),
      one.expiresAt,
    ],
  );
}

// What belongs to a disabled client or user is not there.
const SELECT = `select o.payload, o.consumed_at from dovetail.oauth_objects o
  left join dovetail.clients c on c.id = o.client_id left join dovetail.users u on u.id = o.user_id
  where c.disabled_at is null and u.disabled_at is null`;

export async function findObject(db: Queryable, kind: string, id: string): Promise<OAuthObject | undefined> {
  const { rows } = await db.query<ObjectRow>(`${SELECT} and o.kind = $1 and o.id_sha256 = $2`, [
    kind,
    toDigest(id),
  ]);
  return rows[0] && fromRow(rows[0]);
}

export async function findObjectByUid(
  db: Queryable,
  kind: string,
  uid: string,
): Promise<OAuthObject | undefined> {
  const { rows } = await db.query<ObjectRow>(`${SELECT} and o.kind = $1 and o.uid = $2`, [kind, uid]);
  return rows[0] && fromRow(rows[0]);
}

/** False if it was consumed before, or is gone: of two at the same moment one consumes. */
export async function consumeObject(db: Queryable, kind: string, id: string, now: Date): Promise<boolean> {
  const { rowCount } = await db.query(
    `update dovetail.oauth_objects set consumed_at = $3 where kind = $1 and id_sha256 = $2 and consumed_at is null`,
    [kind, toDigest(id), now],
  );
  return rowCount === 1;
}

export async function removeObject(db: Queryable, kind: string, id: string): Promise<void> {
  await db.query('delete from dovetail.oauth_objects where kind = $1 and id_sha256 = $2', [
    kind,
    toDigest(id),
  ]);
}

export async function removeObjectsOfGrant(db: Queryable, kind: string, grantId: string): Promise<void> {
  await db.query('delete from dovetail.oauth_objects where kind = $1 and grant_id = $2', [kind, grantId]);
}

export async function removeEndedObjects(db: Queryable, before: Date): Promise<void> {
  await db.query('delete from dovetail.oauth_objects where expires_at <= $1', [before]);
}

interface ObjectRow extends Record<string, unknown> {
  readonly payload: Record<string, unknown>;
  readonly consumed_at: Date | null;
}

const fromRow = (row: ObjectRow): OAuthObject => ({
  payload: row.payload,
  consumedAt: row.consumed_at ?? undefined,
});

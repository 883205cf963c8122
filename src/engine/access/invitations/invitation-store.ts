// The rows of dovetail.invitations.
import type { Queryable } from '../../../foundation/postgres/database.js';

export interface StoredInvitation {
  /** Null: it makes the first user. */
  readonly userId: string | null;
  readonly expiresAt: Date;
}

export async function insertInvitation(
  db: Queryable,
  one: StoredInvitation & { readonly digest: Buffer; readonly createdAt: Date },
): Promise<void> {
  await db.query(
    'insert into dovetail.invitations (id_sha256, user_id, created_at, expires_at) values ($1, $2, $3, $4)',
    [one.digest, one.userId, one.createdAt, one.expiresAt],
  );
}

export async function findStoredInvitation(
  db: Queryable,
  digest: Buffer,
): Promise<StoredInvitation | undefined> {
  const { rows } = await db.query<{ user_id: string | null; expires_at: Date }>(
    'select user_id::text, expires_at from dovetail.invitations where id_sha256 = $1',
    [digest],
  );
  return rows[0] && { userId: rows[0].user_id, expiresAt: rows[0].expires_at };
}

/** Undefined if it is not there: of two at the same moment one takes it. */
export async function takeStoredInvitation(
  db: Queryable,
  digest: Buffer,
): Promise<StoredInvitation | undefined> {
  const { rows } = await db.query<{ user_id: string | null; expires_at: Date }>(
    'delete from dovetail.invitations where id_sha256 = $1 returning user_id::text, expires_at',
    [digest],
  );
  return rows[0] && { userId: rows[0].user_id, expiresAt: rows[0].expires_at };
}

/** Null: all that make the first user. */
export async function removeInvitationsFor(db: Queryable, userId: string | null): Promise<void> {
  await db.query('delete from dovetail.invitations where user_id is not distinct from $1::bigint', [userId]);
}

export async function removeEndedInvitations(db: Queryable, before: Date): Promise<void> {
  await db.query('delete from dovetail.invitations where expires_at <= $1', [before]);
}

export async function hasUsers(db: Queryable): Promise<boolean> {
  const { rows } = await db.query<{ found: boolean }>('select exists (select from dovetail.users) as found');
  return rows[0]!.found;
}

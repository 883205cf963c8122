// The rows of dovetail.sessions: people who are signed in with a browser, found by the digest of what their cookie holds.
import type { Queryable } from '../../../foundation/postgres/database.js';
import type { Caller } from '../caller.js';
import { toDigest } from '../keys/api-key.js';

export interface KnownSession {
  readonly caller: Caller;
  readonly email: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly expiresAt: Date;
}

/** Of a user who is not disabled, as they are by now. */
export async function findStoredSession(db: Queryable, digest: Buffer): Promise<KnownSession | undefined> {
  const { rows } = await db.query<SessionRow>(
    `select s.data, s.expires_at, u.id::text, u.email, u.name, u.unit_id, u.subject,
       array(select r.role from dovetail.user_roles r where r.user_id = u.id order by r.role collate "C") as roles
     from dovetail.sessions s join dovetail.users u on u.id = s.user_id
     where s.id_sha256 = $1 and u.disabled_at is null`,
    [digest],
  );
  const row = rows[0];
  if (row === undefined) return undefined;
  return {
    caller: Object.freeze({
      kind: 'user' as const,
      id: row.id,
      name: row.name,
      roles: Object.freeze(row.roles),
      ...(row.subject === null ? {} : { subject: row.subject }),
      ...(row.unit_id === null ? {} : { unit: row.unit_id }),
    }),
    email: row.email,
    data: row.data,
    expiresAt: row.expires_at,
  };
}

/** One of somebody's sessions, as they are told of it. */
export interface ListedSession {
  /** The digest of what the cookie holds, in base64url: it lets nobody in. */
  readonly name: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  /** What the browser called itself when it came. */
  readonly browser?: string;
}

/** Those that are not over; the newest first. */
export async function readSessionsOf(
  db: Queryable,
  userId: string,
  now: Date,
): Promise<readonly ListedSession[]> {
  const { rows } = await db.query<{
    id_sha256: Buffer;
    created_at: Date;
    expires_at: Date;
    browser: string | null;
  }>(
    `select id_sha256, created_at, expires_at, data ->> 'browser' as browser
     from dovetail.sessions where user_id = $1 and expires_at > $2 order by created_at desc, id_sha256 limit 1000`,
    [userId, now],
  );
  return rows.map(({ id_sha256, created_at, expires_at, browser }) => ({
    name: id_sha256.toString('base64url'),
    createdAt: created_at,
    expiresAt: expires_at,
    ...(browser === null ? {} : { browser }),
  }));
}

/** Returns how many there were. */
export async function removeSessionsOf(
  db: Queryable,
  userId: string,
  digest: Buffer | undefined,
): Promise<number> {
  const { rowCount } = await db.query(
    'delete from dovetail.sessions where user_id = $1 and ($2::bytea is null or id_sha256 = $2)',
    [userId, digest ?? null],
  );
  return rowCount ?? 0;
}

export interface NewSession {
  /** What the cookie holds. */
  readonly id: string;
  readonly userId: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

export async function saveStoredSession(db: Queryable, one: NewSession): Promise<void> {
  await db.query(
    `insert into dovetail.sessions (id_sha256, user_id, data, created_at, expires_at) values ($1, $2, $3, $4, $5)
     on conflict (id_sha256) do update set data = excluded.data`,
    [toDigest(one.id), one.userId, JSON.stringify(one.data), one.createdAt, one.expiresAt],
  );
}

export async function removeStoredSession(db: Queryable, id: string): Promise<void> {
  await db.query('delete from dovetail.sessions where id_sha256 = $1', [toDigest(id)]);
}

export async function removeEndedSessions(db: Queryable, before: Date): Promise<void> {
  await db.query('delete from dovetail.sessions where expires_at <= $1', [before]);
}

interface SessionRow extends Record<string, unknown> {
  readonly data: Record<string, unknown>;
  readonly expires_at: Date;
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly unit_id: string | null;
  readonly subject: string | null;
  readonly roles: string[];
}

// The rows of dovetail.api_keys.
import type { Queryable } from '../../../foundation/postgres/database.js';
import type { Caller } from '../caller.js';

export interface ApiKey {
  readonly id: string;
  /** Name of the client. */
  readonly client: string;
  readonly label?: string;
  readonly createdAt: Date;
  readonly expiresAt?: Date;
  readonly revokedAt?: Date;
  /** To the minute. */
  readonly lastUsedAt?: Date;
}

/** A key that is not revoked, of a client that is not disabled, and for whom it speaks. */
export interface UsableKey {
  readonly id: string;
  readonly digest: Buffer;
  readonly expiresAt: Date | undefined;
  readonly caller: Caller;
}

export async function findUsableKey(db: Queryable, id: string): Promise<UsableKey | undefined> {
  const { rows } = await db.query<UsableRow>(
    `select k.id::text, k.secret_sha256, k.expires_at, c.id::text as client_id, c.name, c.unit_id, c.subject,
       array(select r.role from dovetail.client_roles r where r.client_id = c.id order by r.role collate "C") as roles
     from dovetail.api_keys k join dovetail.clients c on c.id = k.client_id
     where k.id = $1 and k.revoked_at is null and c.disabled_at is null`,
    [id],
  );
  const row = rows[0];
  if (row === undefined) return undefined;
  return {
    id: row.id,
    digest: row.secret_sha256,
    expiresAt: row.expires_at ?? undefined,
    caller: Object.freeze({
      kind: 'client' as const,
      id: row.client_id,
      name: row.name,
      roles: Object.freeze(row.roles),
      ...(row.subject === null ? {} : { subject: row.subject }),
      ...(row.unit_id === null ? {} : { unit: row.unit_id }),
    }),
  };
}

/** Notes the use of a key, but at most once a minute, whoever else notes it. */
export async function noteKeyUse(db: Queryable, id: string, now: Date): Promise<void> {
  await db.query(
    `update dovetail.api_keys set last_used_at = $2
     where id = $1 and (last_used_at is null or last_used_at <= $2::timestamptz - interval '1 minute')`,
    [id, now],
  );
}

export interface NewKey {
  readonly clientId: string;
  readonly digest: Buffer;
  readonly label: string | undefined;
  readonly createdAt: Date;
  readonly expiresAt: Date | undefined;
}

/** Returns the id. */
export async function insertKey(db: Queryable, key: NewKey): Promise<string> {
  const { rows } = await db.query<{ id: string }>(
    `insert into dovetail.api_keys (client_id, secret_sha256, label, created_at, expires_at)
     values ($1, $2, $3, $4, $5) returning id::text`,
    [key.clientId, key.digest, key.label ?? null, key.createdAt, key.expiresAt ?? null],
  );
  return rows[0]!.id;
}

const SELECT = `select k.id::text, c.name as client, k.label, k.created_at, k.expires_at, k.revoked_at, k.last_used_at
  from dovetail.api_keys k join dovetail.clients c on c.id = k.client_id`;

/** Of a client by its id, or of all; the newest first. */
export async function readKeys(db: Queryable, clientId?: string): Promise<readonly ApiKey[]> {
  const { rows } = await db.query<KeyRow>(
    `${SELECT} where $1::bigint is null or k.client_id = $1 order by k.id desc`,
    [clientId ?? null],
  );
  return rows.map(fromRow);
}

export async function findKey(db: Queryable, id: string): Promise<ApiKey | undefined> {
  const { rows } = await db.query<KeyRow>(`${SELECT} where k.id::text = $1`, [id]);
  return rows[0] && fromRow(rows[0]);
}

export interface EndingKey {
  readonly id: string;
  /** Name of the client. */
  readonly client: string;
  readonly expiresAt: Date;
  /** Of keys that are used no more nobody need hear. */
  readonly lastUsedAt?: Date;
}

/** Keys that are neither revoked nor replaced by another of their client, and expire before the moment or have; at most a thousand. */
export async function readEndingKeys(db: Queryable, before: Date): Promise<readonly EndingKey[]> {
  const { rows } = await db.query<{
    id: string;
    client: string;
    expires_at: Date;
    last_used_at: Date | null;
  }>(
    `select k.id::text, c.name as client, k.expires_at, k.last_used_at
     from dovetail.api_keys k join dovetail.clients c on c.id = k.client_id
     where k.expires_at < $1 and k.revoked_at is null and c.disabled_at is null and not exists (
       select from dovetail.api_keys n where n.client_id = k.client_id and n.id > k.id and n.revoked_at is null
         and (n.expires_at is null or n.expires_at >= $1))
     order by k.expires_at limit 1000`,
    [before],
  );
  return rows.map((row) => ({
    id: row.id,
    client: row.client,
    expiresAt: row.expires_at,
    ...(row.last_used_at === null ? {} : { lastUsedAt: row.last_used_at }),
  }));
}

/** A key that is revoked already stays so, since when it was. */
export async function updateKeyRevoked(db: Queryable, id: string, now: Date): Promise<void> {
  await db.query('update dovetail.api_keys set revoked_at = $2 where id = $1 and revoked_at is null', [
    id,
    now,
  ]);
}

/** The key ends then, if it does not before. */
export async function updateKeyExpiry(db: Queryable, id: string, at: Date): Promise<void> {
  await db.query('update dovetail.api_keys set expires_at = least(expires_at, $2) where id = $1', [id, at]);
}

/** Keys that were revoked or had expired before the moment. */
export async function readOldKeys(db: Queryable, before: Date): Promise<readonly string[]> {
  const { rows } = await db.query<{ id: string }>(
    'select id::text from dovetail.api_keys where least(revoked_at, expires_at) < $1 limit 10000',
    [before],
  );
  return rows.map(({ id }) => id);
}

export async function deleteKeys(db: Queryable, ids: readonly string[]): Promise<void> {
  await db.query('delete from dovetail.api_keys where id = any($1::bigint[])', [ids]);
}

interface UsableRow extends Record<string, unknown> {
  readonly id: string;
  readonly secret_sha256: Buffer;
  readonly expires_at: Date | null;
  readonly client_id: string;
  readonly name: string;
  readonly unit_id: string | null;
  readonly subject: string | null;
  readonly roles: string[];
}

interface KeyRow extends Record<string, unknown> {
  readonly id: string;
  readonly client: string;
  readonly label: string | null;
  readonly created_at: Date;
  readonly expires_at: Date | null;
  readonly revoked_at: Date | null;
  readonly last_used_at: Date | null;
}

const fromRow = (row: KeyRow): ApiKey => ({
  id: row.id,
  client: row.client,
  ...(row.label === null ? {} : { label: row.label }),
  createdAt: row.created_at,
  ...(row.expires_at === null ? {} : { expiresAt: row.expires_at }),
  ...(row.revoked_at === null ? {} : { revokedAt: row.revoked_at }),
  ...(row.last_used_at === null ? {} : { lastUsedAt: row.last_used_at }),
});

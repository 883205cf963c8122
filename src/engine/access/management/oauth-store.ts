// The rows of dovetail.oauth_clients.
import type { Queryable } from '../../../foundation/postgres/database.js';
import type { Scope } from '../tokens/scopes.js';

export const GRANTS = ['client_credentials', 'authorization_code', 'refresh_token'] as const;
export type Grant = (typeof GRANTS)[number];

/** How a client gets tokens. */
export interface OAuthSettings {
  /** What OAuth calls `client_id`: the number of the client, which stays when its name changes. */
  readonly clientId: string;
  /** Name of the client. */
  readonly client: string;
  readonly grants: readonly Grant[];
  readonly redirectUris: readonly string[];
  readonly scopes: readonly Scope[];
  /** Public: without a secret, as programs in browsers and on phones are. */
  readonly isPublic: boolean;
}

export interface StoredOAuthSettings extends OAuthSettings {
  readonly secretDigest: Buffer | undefined;
  readonly isDisabled: boolean;
}

export async function findOAuthSettings(db: Queryable, id: string): Promise<StoredOAuthSettings | undefined> {
  const { rows } = await db.query<SettingsRow>(
    `select c.id::text, c.name, c.disabled_at, o.secret_sha256, o.grants, o.redirect_uris, o.scopes
     from dovetail.oauth_clients o join dovetail.clients c on c.id = o.client_id where c.id = $1`,
    [id],
  );
  const row = rows[0];
  if (row === undefined) return undefined;
  return {
    clientId: row.id,
    client: row.name,
    grants: row.grants,
    redirectUris: row.redirect_uris,
    scopes: row.scopes,
    isPublic: row.secret_sha256 === null,
    secretDigest: row.secret_sha256 ?? undefined,
    isDisabled: row.disabled_at !== null,
  };
}

export interface OAuthValues extends Pick<OAuthSettings, 'grants' | 'redirectUris' | 'scopes'> {
  readonly secretDigest: Buffer | undefined;
}

export async function saveOAuthSettings(
  db: Queryable,
  id: string,
  { secretDigest, grants, redirectUris, scopes }: OAuthValues,
  now: Date,
): Promise<void> {
  await db.query(
    `insert into dovetail.oauth_clients (client_id, secret_sha256, grants, redirect_uris, scopes, changed_at)
     values ($1, $2, $3, $4, $5, $6)
     on conflict (client_id) do update set secret_sha256 = excluded.secret_sha256, grants = excluded.grants,
       redirect_uris = excluded.redirect_uris, scopes = excluded.scopes, changed_at = excluded.changed_at`,
    [id, secretDigest ?? null, grants, redirectUris, scopes, now],
  );
}

export async function removeOAuthSettings(db: Queryable, id: string): Promise<void> {
  await db.query('delete from dovetail.oauth_clients where client_id = $1', [id]);
}

/** Every token, code and grant of the client: what it got under other settings. */
export async function removeObjectsOfClient(db: Queryable, id: string): Promise<void> {
  await db.query('delete from dovetail.oauth_objects where client_id = $1', [id]);
}

interface SettingsRow extends Record<string, unknown> {
  readonly id: string;
  readonly name: string;
  readonly disabled_at: Date | null;
  readonly secret_sha256: Buffer | null;
  readonly grants: Grant[];
  readonly redirect_uris: string[];
  readonly scopes: Scope[];
}

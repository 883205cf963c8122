// Keys that ID tokens are signed with. One takes the place of another by its age alone, so that processes agree without talking: a
// new one is published a day before it signs, and an old one for two days after.
import { createHash, generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import type { Clock } from '../../../foundation/lifecycle/clock.js';
import type { Database, Queryable } from '../../../foundation/postgres/database.js';
import type { Seal } from '../../../foundation/secrets/seal.js';

const DAY_MS = 24 * 3_600_000;
const LEAD_MS = DAY_MS;
const SIGNS_MS = 30 * DAY_MS;
const STAYS_MS = 2 * DAY_MS;

export type Jwk = Readonly<Record<string, unknown>> & { readonly kid: string };

export interface KeyRing {
  /** With private parts; the first one signs. */
  readonly own: readonly Jwk[];
  /** Of all processes, also of those that have another master key. */
  readonly published: readonly Jwk[];
}

export interface SigningKeys {
  /** Makes a key where one is due, and forgets those that are over. */
  read(): Promise<KeyRing>;
}

interface StoredKey {
  readonly kid: string;
  readonly publicJwk: Jwk;
  readonly sealed: Buffer;
  readonly createdAt: Date;
}

export interface SigningKeyRooms {
  readonly database: Database;
  readonly clock: Clock;
  readonly seal: Seal;
}

export function createSigningKeys({ database, clock, seal }: SigningKeyRooms): SigningKeys {
  const open = (key: StoredKey): Jwk | undefined => {
    const text = seal.find(key.sealed, toPlace(key.kid));
    return text === undefined ? undefined : (JSON.parse(text) as Jwk);
  };

  async function readUsable(db: Queryable) {
    const stored = await readSigningKeys(db);
    const opened = stored.flatMap((key) => {
      const jwk = open(key);
      return jwk === undefined ? [] : [{ jwk, createdAt: key.createdAt }];
    });
    return { stored, opened };
  }

  return {
    async read() {
      const now = clock.now();
      await removeKeysBefore(database, new Date(now.getTime() - LEAD_MS - SIGNS_MS - STAYS_MS));
      let { stored, opened } = await readUsable(database);
      if (
        isKeyDue(
          opened.map((key) => key.createdAt),
          now,
        )
      ) {
        await database.transaction(async (client) => {
          await lockSigningKeys(client);
          // Another process may have made it meanwhile.
          const usable = (await readUsable(client)).opened.map((key) => key.createdAt);
          if (isKeyDue(usable, now)) await insertSigningKey(client, await makeKey(seal, now));
        });
        ({ stored, opened } = await readUsable(database));
      }
      const signing =
        opened.find((key) => now.getTime() - key.createdAt.getTime() >= LEAD_MS) ?? opened.at(-1)!;
      return {
        own: [signing.jwk, ...opened.filter((key) => key !== signing).map((key) => key.jwk)],
        published: stored.map((key) => key.publicJwk),
      };
    },
  };
}

/** `made`: when the usable keys were, the newest first. A new one is due when the newest has signed for long enough. */
const isKeyDue = ([newest]: readonly Date[], now: Date): boolean =>
  newest === undefined || now.getTime() - newest.getTime() >= SIGNS_MS;

const toPlace = (kid: string): string => `dovetail.oauth_keys ${kid}`;

async function makeKey(seal: Seal, now: Date): Promise<StoredKey> {
  const { privateKey, publicKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  const bare = publicKey.export({ format: 'jwk' });
  const kid = createHash('sha256').update(String(bare.n)).digest('base64url').slice(0, 16);
  const more = { kid, alg: 'RS256', use: 'sig' };
  const secret = JSON.stringify({ ...privateKey.export({ format: 'jwk' }), ...more });
  return { kid, publicJwk: { ...bare, ...more }, sealed: seal.close(secret, toPlace(kid)), createdAt: now };
}

/**
 * True where people are signed in though the newest key has signed for longer than it should: keys are made by whoever reads them, so
 * that something is in the way.
 */
export async function isSigningKeyOverdue(db: Queryable, now: Date): Promise<boolean> {
  const { rows } = await db.query<{ overdue: boolean }>(
    `select exists (select from dovetail.oauth_keys)
       and (select max(created_at) from dovetail.oauth_keys) < $1
       and exists (select from dovetail.oauth_objects where kind = 'Session' and expires_at > $2) as overdue`,
    [new Date(now.getTime() - SIGNS_MS - LEAD_MS), now],
  );
  return rows[0]!.overdue;
}

/** The newest first. */
async function readSigningKeys(db: Queryable): Promise<readonly StoredKey[]> {
  const { rows } = await db.query<{ kid: string; public_jwk: Jwk; sealed_jwk: Buffer; created_at: Date }>(
    'select kid, public_jwk, sealed_jwk, created_at from dovetail.oauth_keys order by created_at desc, kid',
  );
  return rows.map((row) => ({
    kid: row.kid,
    publicJwk: row.public_jwk,
    sealed: row.sealed_jwk,
    createdAt: row.created_at,
  }));
}

async function insertSigningKey(db: Queryable, key: StoredKey): Promise<void> {
  await db.query(
    'insert into dovetail.oauth_keys (kid, public_jwk, sealed_jwk, created_at) values ($1, $2, $3, $4)',
    [key.kid, JSON.stringify(key.publicJwk), key.sealed, key.createdAt],
  );
}

async function removeKeysBefore(db: Queryable, before: Date): Promise<void> {
  await db.query('delete from dovetail.oauth_keys where created_at < $1', [before]);
}

async function lockSigningKeys(db: Queryable): Promise<void> {
  await db.query('lock table dovetail.oauth_keys in share row exclusive mode');
}

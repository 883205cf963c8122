// Keys of clients: made, listed, revoked, exchanged. A secret is shown when it is made, and never again.
import type { Clock } from '../../../foundation/lifecycle/clock.js';
import type { Client, Database, Queryable } from '../../../foundation/postgres/database.js';
import { accessError } from '../access-errors.js';
import type { Caller } from '../caller.js';
import { makeSecret, type Random, toDigest, toKey } from '../keys/api-key.js';
import {
  type ApiKey,
  deleteKeys,
  findKey,
  insertKey,
  readKeys,
  readOldKeys,
  updateKeyExpiry,
  updateKeyRevoked,
} from '../keys/key-store.js';
import { type ChangeOptions, changeAccess } from './access-change.js';
import { clientStore } from './client-store.js';
import { openReach } from './reach-check.js';
import { type HolderLabel, toSought } from './role-holder.js';
import { checkOptionalText, unknownName } from './value-check.js';

export interface KeyWish {
  readonly label?: string;
  /** Default: never. */
  readonly expiresAt?: Date;
}

export interface MadeKey extends ApiKey {
  /** The whole of it, `dvt_…`: nobody can be told again. */
  readonly key: string;
}

/** `by`: for whom; then ACCESS-112 is thrown for keys of a client that may do more than they. */
export type KeyOptions = Pick<ChangeOptions, 'by'>;

export interface KeyServices {
  /** Throws ACCESS-103, and ACCESS-107 for an end that is past. */
  create(client: HolderLabel, wish?: KeyWish, options?: KeyOptions): Promise<MadeKey>;
  /** Of one client, or of all; the newest first, without secrets. Throws ACCESS-103. */
  list(client?: string): Promise<readonly ApiKey[]>;
  /** Throws ACCESS-105. */
  revoke(id: string, options?: KeyOptions): Promise<ApiKey>;
  /**
   * A new key with the same client, label and lifetime. The old one is refused from now on, or with `graceMs` only so much
   * later. Throws ACCESS-105, and ACCESS-107 for one that is revoked or expired.
   */
  rotate(id: string, options?: KeyOptions & { readonly graceMs?: number }): Promise<MadeKey>;
  /** Removes keys that were revoked or had expired before the moment; returns how many. */
  prune(before: Date): Promise<number>;
}

/** The daily job that calls `prune`. */
export const PRUNE_KEYS_TASK = 'access.prune-keys';

export interface KeyRooms {
  readonly database: Database;
  readonly clock: Clock;
  readonly random: Random;
}

export function createKeyServices({ database, clock, random }: KeyRooms): KeyServices {
  async function make(client: Client, clientId: string, wish: KeyWish): Promise<MadeKey> {
    const secret = makeSecret(random);
    const id = await insertKey(client, {
      clientId,
      digest: toDigest(secret),
      label: checkOptionalText('label', wish.label) ?? undefined,
      createdAt: clock.now(),
      expiresAt: wish.expiresAt,
    });
    return { ...(await readKey(client, id)), key: toKey({ id, secret }) };
  }

  return {
    async create(client, wish = {}, { by } = {}) {
      if (wish.expiresAt !== undefined && !(wish.expiresAt > clock.now())) {
        throw accessError(107, { detail: 'The key would have expired before it is made.' });
      }
      return changeAccess(database, {}, async (db) => make(db, await readClientId(db, client, by), wish));
    },
    list: async (client) =>
      readKeys(database, client === undefined ? undefined : await readClientId(database, client)),
    revoke: (id, { by } = {}) =>
      changeAccess(database, {}, async (db) => {
        const { client } = await readKey(db, id);
        await readClientId(db, client, by);
        await updateKeyRevoked(db, id, clock.now());
        return readKey(db, id);
      }),
    rotate: (id, { graceMs = 0, by } = {}) =>
      changeAccess(database, {}, async (db) => {
        const now = clock.now();
        const old = await readKey(db, id);
        if (old.revokedAt !== undefined || (old.expiresAt !== undefined && old.expiresAt <= now)) {
          throw accessError(107, {
            detail: `The key ${id} is ${old.revokedAt === undefined ? 'expired' : 'revoked'}; it can't be exchanged.`,
            hint: 'Make a new one.',
          });
        }
        if (graceMs > 0) await updateKeyExpiry(db, id, new Date(now.getTime() + graceMs));
        else await updateKeyRevoked(db, id, now);
        const lifetime = old.expiresAt && old.expiresAt.getTime() - old.createdAt.getTime();
        return make(db, await readClientId(db, old.client, by), {
          ...(old.label === undefined ? {} : { label: old.label }),
          ...(lifetime === undefined ? {} : { expiresAt: new Date(now.getTime() + lifetime) }),
        });
      }),
    async prune(before) {
      const old = await readOldKeys(database, before);
      // Not for none: whatever changes access makes every process read it anew.
      if (old.length > 0) await changeAccess(database, {}, (db) => deleteKeys(db, old));
      return old.length;
    },
  };
}

async function readClientId(db: Queryable, client: HolderLabel, by?: Caller): Promise<string> {
  const found = await clientStore.find(db, client);
  if (found !== undefined) {
    await (await openReach(db, by))(found);
    return found.id;
  }
  throw unknownName(103, 'client', toSought(client)[1], await clientStore.readLabels(db));
}

async function readKey(db: Queryable, id: string): Promise<ApiKey> {
  const found = await findKey(db, id);
  if (found !== undefined) return found;
  throw accessError(105, {
    detail: `There is no key ${id}.`,
    hint: 'A key is named by the number after dvt_; `dovetail clients keys list` lists them.',
  });
}

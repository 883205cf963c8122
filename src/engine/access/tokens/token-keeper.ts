// What the authorization server keeps: tokens, codes, grants. Whoever holds one is found by its digest; the payload never has it.
import type { Clock } from '../../../foundation/lifecycle/clock.js';
import type { Queryable } from '../../../foundation/postgres/database.js';
import {
  consumeObject,
  findObject,
  findObjectByUid,
  type NewOAuthObject,
  type OAuthObject,
  removeObject,
  removeObjectsOfGrant,
  saveObject,
} from './object-store.js';

export interface TokenKeeper {
  save(one: Omit<NewOAuthObject, 'expiresAt'>, livesSeconds: number): Promise<void>;
  find(kind: string, id: string): Promise<OAuthObject | undefined>;
  findByUid(kind: string, uid: string): Promise<OAuthObject | undefined>;
  /** False if it was consumed before. */
  consume(kind: string, id: string): Promise<boolean>;
  remove(kind: string, id: string): Promise<void>;
  removeOfGrant(kind: string, grantId: string): Promise<void>;
}

export const createTokenKeeper = (database: Queryable, clock: Clock): TokenKeeper => ({
  save: (one, livesSeconds) =>
    saveObject(database, { ...one, expiresAt: new Date(clock.now().getTime() + livesSeconds * 1000) }),
  find: (kind, id) => findObject(database, kind, id),
  findByUid: (kind, uid) => findObjectByUid(database, kind, uid),
  consume: (kind, id) => consumeObject(database, kind, id, clock.now()),
  remove: (kind, id) => removeObject(database, kind, id),
  removeOfGrant: (kind, grantId) => removeObjectsOfGrant(database, kind, grantId),
});

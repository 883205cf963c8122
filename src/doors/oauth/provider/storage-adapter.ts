// Between the library and our tables: it asks for objects by id, we keep digests of ids.
import type { Adapter, AdapterPayload } from 'oidc-provider';
import type { OAuthServices, TokenKeeper } from '../../../engine/access/index.js';
import { toClientMetadata } from './client-metadata.js';

export interface StorageRooms {
  readonly tokens: TokenKeeper;
  readonly oauth: Pick<OAuthServices, 'find'>;
  /** The error of the library for something that was used up already. */
  readonly usedUp: () => Error;
}

/** Whatever has no end of its own. */
const LONGEST_SECONDS = 90 * 24 * 3600;
const NUMBER = /^[1-9]\d{0,17}$/;
const numberOf = (value: unknown): string | undefined =>
  typeof value === 'string' && NUMBER.test(value) ? value : undefined;
const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

export const createStorageAdapter =
  (rooms: StorageRooms) =>
  (kind: string): Adapter =>
    kind === 'Client' ? createClientAdapter(rooms) : createObjectAdapter(kind, rooms);

function createObjectAdapter(kind: string, { tokens, usedUp }: StorageRooms): Adapter {
  const toPayload = (
    found: Awaited<ReturnType<TokenKeeper['find']>>,
    id: string | undefined,
  ): AdapterPayload | undefined =>
    found && {
      ...found.payload,
      ...(id === undefined ? {} : { jti: id }),
      ...(found.consumedAt === undefined ? {} : { consumed: Math.floor(found.consumedAt.getTime() / 1000) }),
    };
  return {
    async upsert(id, { jti: _, ...payload }, expiresIn) {
      await tokens.save(
        {
          kind,
          id,
          payload,
          clientId: numberOf(payload.clientId),
          userId: numberOf(payload.accountId),
          // A grant is found by its id; what it gave, by the id of the grant.
          grantId: textOf(payload.grantId),
          uid: kind === 'Session' ? textOf(payload.uid) : undefined,
        },
        expiresIn ?? LONGEST_SECONDS,
      );
    },
    find: async (id) => toPayload(await tokens.find(kind, id), id),
    findByUid: async (uid) => toPayload(await tokens.findByUid(kind, uid), undefined),
    findByUserCode: async () => undefined,
    async consume(id) {
      if (!(await tokens.consume(kind, id))) throw usedUp();
    },
    destroy: (id) => tokens.remove(kind, id),
    revokeByGrantId: (grantId) => tokens.removeOfGrant(kind, grantId),
  };
}

/** Clients are changed by our own services only. */
function createClientAdapter({ oauth }: StorageRooms): Adapter {
  const refuse = async () => {
    throw new Error('Clients are not changed by the authorization server.');
  };
  return {
    async find(id) {
      const settings = await oauth.find(id);
      return settings && toClientMetadata(settings);
    },
    upsert: refuse,
    consume: refuse,
    destroy: refuse,
    revokeByGrantId: refuse,
    findByUid: async () => undefined,
    findByUserCode: async () => undefined,
  };
}

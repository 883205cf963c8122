// How clients get tokens: which grants, redirect addresses and scopes they may use, and their secrets, shown once.
import type { Clock } from '../../../foundation/lifecycle/clock.js';
import type { Client, Database, Queryable } from '../../../foundation/postgres/database.js';
import { accessError } from '../access-errors.js';
import { hasDigest, makeSecret, type Random, toDigest } from '../keys/api-key.js';
import { ALL_SCOPES, isScope, type Scope } from '../tokens/scopes.js';
import { type ChangeOptions, changeAccess } from './access-change.js';
import { type ApiClient, clientStore } from './client-store.js';
import {
  findOAuthSettings,
  GRANTS,
  type Grant,
  type OAuthSettings,
  removeOAuthSettings,
  removeObjectsOfClient,
  type StoredOAuthSettings,
  saveOAuthSettings,
} from './oauth-store.js';
import { openReach } from './reach-check.js';
import { checkRedirectUri } from './redirect-uri.js';
import { type HolderLabel, toSought } from './role-holder.js';
import { unknownName } from './value-check.js';

export interface OAuthWish {
  /** Default: `client_credentials`, or with redirect addresses `authorization_code` and `refresh_token`. */
  readonly grants?: readonly string[];
  readonly redirectUris?: readonly string[];
  /** Default: `read`. */
  readonly scopes?: readonly string[];
  readonly isPublic?: boolean;
}

export interface MadeOAuthSettings extends OAuthSettings {
  /** Where one was made: nobody can be told again. */
  readonly secret?: string;
}

/** Clients are named by name or id; unknown ones throw ACCESS-103, and ACCESS-112 one who may do more than `by`. */
export interface OAuthServices {
  /** Throws ACCESS-121 for a client that has no settings of OAuth. */
  read(label: HolderLabel): Promise<OAuthSettings>;
  /** What is not named stays. Makes a secret if there has to be one. Throws ACCESS-122. */
  set(label: HolderLabel, wish: OAuthWish, options?: By): Promise<MadeOAuthSettings>;
  /** Another secret; the one before is refused from now on. Throws ACCESS-121, and ACCESS-122 for a public client. */
  rotateSecret(label: HolderLabel, options?: By): Promise<MadeOAuthSettings>;
  /** The client gets no tokens any more, and those it has are refused. */
  remove(label: HolderLabel, options?: By): Promise<void>;
  /** By `client_id`; undefined for one that is unknown or disabled. */
  find(clientId: string): Promise<StoredOAuthSettings | undefined>;
  /** Whether the client, not disabled, has this secret. */
  hasSecret(clientId: string, secret: string): Promise<boolean>;
}

type By = Pick<ChangeOptions, 'by'>;

export interface OAuthRooms {
  readonly database: Database;
  readonly clock: Clock;
  readonly random: Random;
}

export function createOAuthServices({ database, clock, random }: OAuthRooms): OAuthServices {
  const change = <T>(
    label: HolderLabel,
    { by }: By,
    work: (client: Client, holder: ApiClient) => Promise<T>,
  ): Promise<T> =>
    changeAccess(database, {}, async (client) => {
      const checkReach = await openReach(client, by);
      const holder = await readClient(client, label);
      await checkReach(holder);
      return work(client, holder);
    });

  async function find(clientId: string): Promise<StoredOAuthSettings | undefined> {
    if (!/^[1-9]\d{0,17}$/.test(clientId)) return undefined;
    const found = await findOAuthSettings(database, clientId);
    return found?.isDisabled === false ? found : undefined;
  }

  return {
    find,
    async hasSecret(clientId, secret) {
      return hasDigest(secret, (await find(clientId))?.secretDigest);
    },
    async read(label) {
      const { id, name } = await readClient(database, label);
      return toSettings(await readSettings(database, id, name));
    },
    set: (label, wish, options = {}) =>
      change(label, options, async (client, { id }) => {
        const before = await findOAuthSettings(client, id);
        const isPublic = wish.isPublic ?? before?.isPublic ?? false;
        const values = toValues(wish, before, isPublic);
        const secret = isPublic || before?.secretDigest !== undefined ? undefined : makeSecret(random);
        const secretDigest = isPublic
          ? undefined
          : secret === undefined
            ? before?.secretDigest
            : toDigest(secret);
        await saveOAuthSettings(client, id, { ...values, secretDigest }, clock.now());
        const narrowed =
          before !== undefined &&
          (isPublic !== before.isPublic ||
            before.scopes.some((one) => !values.scopes.includes(one)) ||
            before.grants.some((one) => !values.grants.includes(one)));
        if (narrowed) await removeObjectsOfClient(client, id);
        const settings = toSettings((await findOAuthSettings(client, id))!);
        return { ...settings, ...(secret === undefined ? {} : { secret }) };
      }),
    rotateSecret: (label, options = {}) =>
      change(label, options, async (client, { id, name }) => {
        const before = await readSettings(client, id, name);
        if (before.isPublic) {
          throw accessError(122, {
            detail: `${name} is public: it has no secret.`,
            hint: 'Make it confidential first: dovetail clients oauth NAME --confidential',
          });
        }
        const secret = makeSecret(random);
        await saveOAuthSettings(client, id, { ...before, secretDigest: toDigest(secret) }, clock.now());
        return { ...toSettings(before), secret };
      }),
    remove: (label, options = {}) =>
      change(label, options, async (client, { id }) => {
        await removeOAuthSettings(client, id);
        await removeObjectsOfClient(client, id);
      }),
  };
}

async function readClient(db: Queryable, label: HolderLabel): Promise<ApiClient> {
  const found = await clientStore.find(db, label);
  if (found !== undefined) return found;
  throw unknownName(103, 'client', toSought(label)[1], await clientStore.readLabels(db));
}

async function readSettings(db: Queryable, id: string, name: string): Promise<StoredOAuthSettings> {
  const found = await findOAuthSettings(db, id);
  if (found !== undefined) return found;
  throw accessError(121, {
    detail: `${name} has keys at most; nothing says how it gets tokens.`,
    hint: `dovetail clients oauth ${name} --scopes read,write`,
  });
}

function toSettings({
  clientId,
  client,
  grants,
  redirectUris,
  scopes,
  isPublic,
}: OAuthSettings): OAuthSettings {
  return { clientId, client, grants, redirectUris, scopes, isPublic };
}

function toValues(wish: OAuthWish, before: OAuthSettings | undefined, isPublic: boolean) {
  const redirectUris = (wish.redirectUris ?? before?.redirectUris ?? []).map((uri) =>
    checkRedirectUri(uri, isPublic),
  );
  const usual: readonly Grant[] =
    redirectUris.length === 0 ? ['client_credentials'] : ['authorization_code', 'refresh_token'];
  const wanted = wish.grants ?? (wish.redirectUris === undefined ? before?.grants : undefined) ?? usual;
  const grants = wanted.map(checkGrant);
  const scopes = (wish.scopes ?? before?.scopes ?? ['read']).map(checkScopeName);
  if (scopes.length === 0) throw accessError(122, { detail: 'Without a scope a token is good for nothing.' });
  if (grants.includes('authorization_code') !== redirectUris.length > 0) {
    throw accessError(122, {
      detail:
        redirectUris.length === 0
          ? 'The grant authorization_code needs an address that people are sent back to.'
          : 'Addresses to be sent back to are for the grant authorization_code.',
      hint: 'See --redirect and --grants.',
    });
  }
  if (isPublic && grants.includes('client_credentials')) {
    throw accessError(122, {
      detail: 'A public client has no secret, so it can not get tokens for itself.',
      hint: 'Let it use authorization_code, or make it confidential.',
    });
  }
  return {
    grants: [...new Set(grants)],
    redirectUris: [...new Set(redirectUris)],
    scopes: [...new Set(scopes)].sort(),
  };
}

function checkGrant(text: string): Grant {
  const found = GRANTS.find((grant) => grant === text);
  if (found !== undefined) return found;
  throw accessError(122, { detail: `There is no grant '${text}'.`, hint: `There are ${GRANTS.join(', ')}.` });
}

function checkScopeName(text: string): Scope {
  if (isScope(text)) return text;
  throw accessError(122, {
    detail: `There is no scope '${text}'.`,
    hint: `There are ${ALL_SCOPES.join(', ')}.`,
  });
}

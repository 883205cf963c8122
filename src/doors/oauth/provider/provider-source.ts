// The authorization server, made anew when the keys it signs with change.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Provider } from 'oidc-provider';
import type { Jwk, KeyRing } from '../../../engine/access/index.js';
import { deriveKey } from '../../../foundation/secrets/seal.js';
import type { OAuthRooms } from '../oauth-rooms.js';
import { sendProviderError } from '../pages/error-page.js';
import { findUnknownScope, toUsualScope } from './client-metadata.js';
import { loadProvider, type OidcLibrary } from './load-provider.js';
import { toProviderSettings } from './provider-settings.js';
import { createStorageAdapter } from './storage-adapter.js';

export interface ProviderSource {
  read(): Promise<Provider>;
  /** Public keys, also those of other processes. */
  readPublicKeys(): Promise<readonly Jwk[]>;
}

/** How long keys are believed without looking; a new one is published for a day before it signs. */
const KEYS_AGE_MS = 5 * 60_000;

/** `findSignedIn`: who is signed in with the browser that asks, by the id of the user. */
export function createProviderSource(
  rooms: OAuthRooms,
  findSignedIn: (request: IncomingMessage) => Promise<string | undefined>,
): ProviderSource {
  let known: { readonly at: number; readonly made: Promise<Made> } | undefined;
  let made: Made | undefined;

  async function make(): Promise<Made> {
    const ring = await rooms.keys.read();
    const name = ring.own.map((key) => key.kid).join(' ');
    const provider =
      made?.name === name ? made.provider : createProvider(await loadProvider(), rooms, ring, findSignedIn);
    made = { name, provider, ring };
    return made;
  }

  function current(): Promise<Made> {
    const now = rooms.clock.now().getTime();
    if (known !== undefined && Math.abs(now - known.at) < KEYS_AGE_MS) return known.made;
    const next = make();
    known = { at: now, made: next };
    next.catch(() => {
      known = undefined;
    });
    return next;
  }

  return {
    read: async () => (await current()).provider,
    readPublicKeys: async () => (await current()).ring.published,
  };
}

interface Made {
  /** By the keys. */
  readonly name: string;
  readonly provider: Provider;
  readonly ring: KeyRing;
}

function createProvider(
  library: OidcLibrary,
  rooms: OAuthRooms,
  ring: KeyRing,
  findSignedIn: (request: IncomingMessage) => Promise<string | undefined>,
): Provider {
  const { Provider, errors, interactionPolicy } = library;
  const { access, masterKey } = rooms;
  const policy = interactionPolicy.base();
  // The authorization server's own session is worth something only beside ours: signing out ends both.
  policy.get('login')!.checks.add(
    new interactionPolicy.Check('signed_out', 'End-User authentication is required', async (ctx) => {
      const isSame = (await findSignedIn(ctx.req)) === ctx.oidc.session?.accountId;
      return isSame ? interactionPolicy.Check.NO_NEED_TO_PROMPT : interactionPolicy.Check.REQUEST_PROMPT;
    }),
  );
  const provider = new Provider(
    rooms.publicUrl(),
    toProviderSettings({
      adapter: createStorageAdapter({
        tokens: access.tokens,
        oauth: access.oauth,
        usedUp: () => new errors.InvalidGrant('already used'),
      }),
      keys: ring.own,
      cookieKey: deriveKey(masterKey, 'cookies of the authorization server').toString('base64'),
      policy,
      async findPerson(id) {
        const user = await access.users.read(id).catch(() => undefined);
        return user?.disabledAt === undefined ? user : undefined;
      },
      unknownScope: (scope) => new errors.InvalidScope('there is no such scope', scope),
      renderError: sendProviderError,
    }),
  );
  // We set the headers ourselves, from the address that others use; what a client sends in them is overwritten.
  provider.proxy = true;
  (provider.Client.prototype as { compareClientSecret?: unknown }).compareClientSecret = function compare(
    this: { readonly clientId: string },
    secret: string,
  ) {
    return access.oauth.hasSecret(this.clientId, secret);
  };
  giveUsualScope(provider.ClientCredentials.prototype, library);
  provider.on('server_error', (ctx, error) => rooms.onError(error, { method: ctx.method, path: ctx.path }));
  return provider;
}

/**
 * A token for a client itself that was asked for without a scope: the library would make one that is good for nothing. And it passes over
 * scopes that it doesn't know, so that who asks for those only would get all; one that "is invalid, unknown, malformed" is an error (RFC 6749, 5.2).
 */
function giveUsualScope(
  tokens: Provider['ClientCredentials']['prototype'],
  { Provider, errors }: OidcLibrary,
): void {
  const { save } = tokens;
  tokens.save = async function saveWithScope(...lifetime) {
    const unknown = findUnknownScope(Provider.ctx?.oidc.body?.['scope'] as string | undefined);
    if (unknown !== undefined) throw new errors.InvalidScope('there is no such scope', unknown);
    this.scope ??= toUsualScope(this.client?.scope);
    return save.apply(this, lifetime);
  };
}

/** Lets the library answer. It sees the address that others use, whatever came in the headers. */
export async function answerByProvider(
  provider: Provider,
  publicUrl: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  setOwnAddress(request, publicUrl);
  await provider.callback()(request, response);
}

export function setOwnAddress(request: IncomingMessage, publicUrl: string): void {
  const { protocol, host } = new URL(publicUrl);
  request.headers.host = host;
  request.headers['x-forwarded-host'] = host;
  request.headers['x-forwarded-proto'] = protocol.slice(0, -1);
  delete request.headers['x-forwarded-for'];
}

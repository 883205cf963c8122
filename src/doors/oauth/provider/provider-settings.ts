// How the authorization server is set: addresses, lifetimes, what it can do and what not.
import type { ClientMetadata, Configuration, KoaContextWithOIDC } from 'oidc-provider';
import type { Jwk } from '../../../engine/access/index.js';
import { KNOWN_SCOPES, toUsualScope } from './client-metadata.js';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `secure` is added by the library where people come by https. */
const COOKIE = { httpOnly: true, sameSite: 'lax', signed: true } as const;

export const OAUTH_PATHS = {
  authorization: '/oauth/authorize',
  token: '/oauth/token',
  revocation: '/oauth/revoke',
  introspection: '/oauth/introspect',
  userinfo: '/oauth/userinfo',
  jwks: '/oauth/jwks',
} as const;

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly email: string;
}

export interface SettingsRooms {
  readonly adapter: Configuration['adapter'];
  /** The first one signs. */
  readonly keys: readonly Jwk[];
  readonly cookieKey: string;
  readonly policy: NonNullable<Configuration['interactions']>['policy'];
  /** A user who is not disabled. */
  findPerson(id: string): Promise<Person | undefined>;
  unknownScope(scope: string): Error;
  renderError(
    ctx: KoaContextWithOIDC,
    error: { readonly error: string; readonly error_description?: string },
  ): void;
}

export function toProviderSettings(rooms: SettingsRooms): Configuration {
  return {
    adapter: rooms.adapter,
    jwks: { keys: rooms.keys as never },
    routes: OAUTH_PATHS,
    scopes: [...KNOWN_SCOPES],
    claims: { openid: ['sub'], profile: ['name'], email: ['email'] },
    responseTypes: ['code'],
    clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'none'],
    clientDefaults: { id_token_signed_response_alg: 'RS256' } as ClientMetadata,
    extraParams: {
      // "the authorization server MUST either process the request using a pre-defined default value or fail" (RFC 6749, 3.3)
      async scope(ctx, value, client) {
        if (value === undefined) ctx.oidc.params!['scope'] = toUsualScope(client.scope);
        // Words that it doesn't know it "SHOULD ignore" (OpenID Connect Core, 3.1.2.1), as long as something is left.
        else if (!value.split(' ').some((one) => KNOWN_SCOPES.includes(one))) throw rooms.unknownScope(value);
      },
    },
    pkce: { required: () => true },
    rotateRefreshToken: true,
    issueRefreshToken: async (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    // They end by time or by being taken back, not when a browser is closed.
    expiresWithSession: async () => false,
    cookies: {
      keys: [rooms.cookieKey],
      names: { session: 'dovetail_op', interaction: 'dovetail_op_step', resume: 'dovetail_op_resume' },
      long: COOKIE,
      short: COOKIE,
    },
    ttl: {
      AccessToken: HOUR,
      ClientCredentials: HOUR,
      AuthorizationCode: MINUTE,
      IdToken: HOUR,
      RefreshToken: 14 * DAY,
      Grant: 90 * DAY,
      Interaction: 15 * MINUTE,
      Session: 12 * HOUR,
    },
    features: {
      devInteractions: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      // The API takes tokens by whoever brings them; one bound to a key would not be held to it.
      dPoP: { enabled: false },
      resourceIndicators: { enabled: false },
      clientCredentials: { enabled: true },
      introspection: {
        enabled: true,
        // A program without a secret learns of its own tokens only.
        allowedPolicy: async (_ctx, client, token) =>
          client.clientAuthMethod !== 'none' || token.clientId === client.clientId,
      },
      revocation: {
        enabled: true,
        allowedPolicy: async (_ctx, client, token) => token.clientId === client.clientId,
      },
      rpInitiatedLogout: { enabled: false },
      userinfo: { enabled: true },
    },
    interactions: {
      policy: rooms.policy,
      url: async (_ctx, { uid }) => `/oauth/interaction/${uid}`,
    },
    // Programs in a browser come from where people are sent back to.
    clientBasedCORS: (_ctx, origin, client) =>
      client.clientAuthMethod === 'none' &&
      (client.redirectUris ?? []).some((uri) => URL.canParse(uri) && new URL(uri).origin === origin),
    findAccount: async (_ctx, id) => {
      const person = await rooms.findPerson(id);
      return (
        person && {
          accountId: person.id,
          claims: async () => ({ sub: person.id, name: person.name, email: person.email }),
        }
      );
    },
    renderError: async (ctx, out) => rooms.renderError(ctx, out as never),
  };
}

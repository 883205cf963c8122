// A client of ours in the words of RFC 7591.
import type { AdapterPayload } from 'oidc-provider';
import { ALL_SCOPES, type StoredOAuthSettings } from '../../../engine/access/index.js';

/** Scopes of OpenID Connect: who somebody is, for clients that people sign in to. */
export const IDENTITY_SCOPES = ['openid', 'profile', 'email'] as const;
export const KNOWN_SCOPES: readonly string[] = [...ALL_SCOPES, ...IDENTITY_SCOPES];

/** The first word of what was asked for that is no scope of ours. */
export const findUnknownScope = (scope: string | undefined): string | undefined =>
  scope?.split(' ').find((one) => one !== '' && !KNOWN_SCOPES.includes(one));

/** What a client that asks for nothing in particular gets: all that it may have, but not who somebody is. */
export const toUsualScope = (scope: string | undefined): string =>
  (scope ?? '')
    .split(' ')
    .filter((one) => !(IDENTITY_SCOPES as readonly string[]).includes(one))
    .join(' ');

export function toClientMetadata(settings: StoredOAuthSettings): AdapterPayload {
  const { clientId, client, grants, redirectUris, scopes, isPublic } = settings;
  const signsPeopleIn = grants.includes('authorization_code');
  return {
    client_id: clientId,
    client_name: client,
    grant_types: [...grants],
    redirect_uris: [...redirectUris],
    response_types: signsPeopleIn ? ['code'] : [],
    scope: [...scopes, ...(signsPeopleIn ? IDENTITY_SCOPES : [])].join(' '),
    application_type: isPublic && redirectUris.every((uri) => !uri.startsWith('https:')) ? 'native' : 'web',
    token_endpoint_auth_method: isPublic ? 'none' : 'client_secret_basic',
    // The library wants one to be there; what it is compared with is our digest.
    ...(isPublic ? {} : { client_secret: 'kept as a digest only' }),
  };
}

// How a request says who is asking, besides a key: by a token with scopes, or by the session of a browser.
import { SCOPES } from '../../../engine/access/index.js';
import type { Schema } from './json-schema.js';

export const SECURITY_SCHEMES: Readonly<Record<string, Schema>> = {
  oauth: {
    type: 'oauth2',
    description:
      'A token of OAuth2. It lets its bearer do what its scopes and the roles of whoever it speaks for both allow.',
    flows: {
      clientCredentials: { tokenUrl: '/oauth/token', scopes: SCOPES },
      authorizationCode: {
        authorizationUrl: '/oauth/authorize',
        tokenUrl: '/oauth/token',
        refreshUrl: '/oauth/token',
        scopes: SCOPES,
      },
    },
  },
  session: {
    type: 'apiKey',
    in: 'header',
    name: 'X-CSRF-Token',
    description:
      'Pages of this server: the cookie of who is signed in, and with what writes, the `csrfToken` of `/session`.',
  },
};

const WRITES = new Set(['post', 'patch', 'put', 'delete']);

/** A path item whose writing operations ask for the scope they need; those that read have that of the document. */
export const toSecuredItem = (item: Schema): Schema =>
  Object.fromEntries(
    Object.entries(item).map(([name, operation]) => [
      name,
      WRITES.has(name)
        ? { ...(operation as Schema), security: [{ key: [] }, { oauth: ['write'] }, { session: [] }] }
        : operation,
    ]),
  );

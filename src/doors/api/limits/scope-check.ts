// Whether a token was made for what is asked. Its scopes have narrowed the catalog already; here the refusal is said as RFC 6750 wants.
import { type Caller, reaches, type Scope } from '../../../engine/access/index.js';
import { apiError } from '../api-errors.js';
import { ApiFailure } from '../response/error-document.js';

const toScope = (method: string): Scope => (method === 'GET' || method === 'HEAD' ? 'read' : 'write');

/** Throws API-117 (403) where the token's scopes don't hold what the method needs, or the one that is named. */
export function checkScope(caller: Caller, method: string, scope: Scope = toScope(method)): void {
  if (reaches(caller, scope)) return;
  const has = caller.scopes!.length === 0 ? 'none' : caller.scopes!.join(' ');
  const refusal = apiError(117, {
    detail: `The token has ${has} of the scopes; this needs ${scope}.`,
    hint: `Ask for a token with scope=${[...caller.scopes!, scope].join('+')}.`,
    pointer: { header: 'Authorization' },
  });
  throw new ApiFailure([refusal], {
    'www-authenticate': `Bearer realm="dovetail", error="insufficient_scope", scope="${scope}"`,
  });
}

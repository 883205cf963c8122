// Answers what the API is: the description of a catalog, made once for as long as the catalog lives.
import { createHash } from 'node:crypto';
import type { Catalog } from '../../../engine/catalog/index.js';
import { apiError } from '../api-errors.js';
import type { Answer } from '../response/answer.js';
import { toOpenApiDocument } from './openapi-document.js';

/** Where it lies below the API; no type of resource is called so, because none has a dot in its name. */
export const DESCRIPTION_PATH = '/openapi.json';

const made = new WeakMap<Catalog, Made>();

/** What was described last for the catalog; behind a proxy the address that clients see may change. */
interface Made {
  readonly own: Catalog;
  readonly base: string;
  readonly answer: Answer;
}

/** `own`: the catalog of what is Dovetail's own. Throws API-106 (405). */
export function describeApi(method: string, catalog: Catalog, own: Catalog, base: string): Answer {
  if (method !== 'GET' && method !== 'HEAD')
    throw apiError(106, {
      detail: `${method} is not possible here.`,
      hint: 'Possible are GET and HEAD.',
    });
  const known = made.get(catalog);
  if (known?.own === own && known.base === base) return known.answer;
  const body = JSON.stringify(toOpenApiDocument(catalog, base, own));
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
  const answer = { status: 200, headers: { etag, 'content-type': 'application/json' }, body };
  made.set(catalog, { own, base, answer });
  return answer;
}

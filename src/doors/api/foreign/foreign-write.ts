// What the writes with ids of another system have in common.
import type { Client } from '../../../foundation/postgres/database.js';
import type { Json } from '../document/read-json.js';
import type { ApiRequest } from '../request/api-request.js';
import type { Target } from '../request/target.js';
import type { PlannedFetch } from '../resources/fetch.js';
import type { Answer } from '../response/answer.js';

/** `request`: every statement of it runs on `client`. */
export type ForeignWrite = (
  client: Client,
  request: ForeignRequest,
  target: Target,
  planned: PlannedFetch,
) => Promise<Answer>;

export type ForeignRequest = ApiRequest & { readonly system: string };

/** The same request, told in own ids. */
export function toOwnRequest({ system: _, ...request }: ForeignRequest, document: Json): ApiRequest {
  return { ...request, query: '', document };
}

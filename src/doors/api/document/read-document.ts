// What a request sends: its body as JSON, or a document that was taken out of a larger one.
import type { ApiRequest } from '../request/api-request.js';
import { type Json, readJson } from './read-json.js';

/** Throws API-301. */
export const readDocument = ({ document, body }: Pick<ApiRequest, 'document' | 'body'>): Json =>
  document ?? readJson(body ?? Buffer.alloc(0));

// Programs in browsers, of the origins that the configuration names: https://fetch.spec.whatwg.org/#http-cors-protocol
// Callers name themselves by a header, never by a cookie, so credentials are not allowed.
import type { RawRequest } from '../request/api-request.js';
import type { Answer } from '../response/answer.js';

const METHODS = 'GET, HEAD, POST, PATCH, DELETE';
const REQUEST_HEADERS =
  'Accept, Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Last-Event-ID, Prefer, Tus-Resumable, Upload-Checksum, Upload-Length, Upload-Metadata, Upload-Offset, X-HTTP-Method-Override';
const ANSWER_HEADERS =
  'ETag, Location, Preference-Applied, RateLimit, RateLimit-Policy, Retry-After, Tus-Extension, Tus-Max-Size, Tus-Resumable, Tus-Version, Upload-Expires, Upload-Length, Upload-Metadata, Upload-Offset, X-Request-Id';
/** Seconds a browser may remember it. */
const REMEMBERED = '600';

/** Headers of an answer to the request; none for other origins, which browsers then keep from reading it. */
export function toCorsHeaders(
  { headers }: Pick<RawRequest, 'headers'>,
  origins: ReadonlySet<string>,
): Readonly<Record<string, string>> {
  const { origin } = headers;
  if (typeof origin !== 'string' || !origins.has(origin)) return {};
  return { 'access-control-allow-origin': origin, 'access-control-expose-headers': ANSWER_HEADERS };
}

/** The answer to a browser that asks first whether it may send something; undefined for other requests, and other origins. */
export function findPreflight(raw: RawRequest, origins: ReadonlySet<string>): Answer | undefined {
  const { origin } = raw.headers;
  const isAsking = raw.method === 'OPTIONS' && raw.headers['access-control-request-method'] !== undefined;
  if (!isAsking || typeof origin !== 'string' || !origins.has(origin)) return undefined;
  return {
    status: 204,
    headers: {
      'access-control-allow-origin': origin,
      'access-control-allow-methods': METHODS,
      'access-control-allow-headers': REQUEST_HEADERS,
      'access-control-max-age': REMEMBERED,
    },
  };
}

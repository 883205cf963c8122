// What every answer has in common: media type, validators, encoding, no body where none may be.
import { apiError } from '../api-errors.js';
import type { RawRequest } from '../request/api-request.js';
import { type Answer, JSON_API } from './answer.js';
import { findEncoding, toEncodedTag, toPlainTag } from './encoding.js';

/** `more`: headers that don't depend on what is answered; `mediaType`: of a document, with the extensions and profiles it has. The body is still to be encoded as the header `content-encoding` says. */
export function finishAnswer(
  raw: RawRequest,
  answer: Answer,
  more: Answer['headers'] = {},
  mediaType = JSON_API,
): Answer {
  const { status, body, stream } = answer;
  const { etag } = answer.headers;
  const accepted = raw.headers['accept-encoding'];
  const encoding = findEncoding(typeof accepted === 'string' ? accepted : undefined, body?.length ?? 0);
  const headers: Record<string, string> = {
    vary: 'Accept, Authorization, Cookie, Accept-Encoding, Origin',
    'x-request-id': raw.id,
    'cache-control': 'private, no-cache',
    ...more,
    ...answer.headers,
    ...(etag === undefined || encoding === undefined ? {} : { etag: toEncodedTag(etag, encoding) }),
  };
  if (isKnown(raw, answer)) return { status: 304, headers };
  if (stream !== undefined) return { status, headers, stream };
  if (body === undefined) return { status, headers };
  const content = {
    'content-type': mediaType,
    ...(encoding === undefined ? {} : { 'content-encoding': encoding }),
  };
  return { status, headers: { ...content, ...headers }, body };
}

const isFetch = ({ method }: RawRequest): boolean => method === 'GET' || method === 'HEAD';

/** The client has it already: by weak comparison (RFC 9110, 13.1.2). What has written says so, whatever was asked. */
function isKnown(raw: RawRequest, { status, headers: { etag } }: Answer): boolean {
  const asked = raw.headers['if-none-match'];
  if (!isFetch(raw) || status !== 200 || etag === undefined || typeof asked !== 'string') return false;
  const opaque = (tag: string): string => toPlainTag(tag.trim().replace(/^W\//, ''));
  return asked.trim() === '*' || asked.split(',').some((tag) => opaque(tag) === opaque(etag));
}

/** Throws API-403 (412) for a fetch of what is no longer what the client names: by strong comparison (RFC 9110, 13.1.1). */
export function checkFetched(raw: RawRequest, { status, headers: { etag } }: Answer): void {
  const asked = raw.headers['if-match'];
  if (!isFetch(raw) || status !== 200 || typeof asked !== 'string' || asked.trim() === '*') return;
  if (etag?.startsWith('"') && asked.split(',').some((tag) => toPlainTag(tag.trim()) === etag)) return;
  throw apiError(403, {
    detail: 'What is at this address is not what If-Match names.',
    pointer: { header: 'If-Match' },
  });
}

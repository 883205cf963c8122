// What every answer has in common: media type, validators, no body where none may be.
import { apiError } from '../api-errors.js';
import type { RawRequest } from '../request/api-request.js';
import { type Answer, JSON_API } from './answer.js';

export function finishAnswer(raw: RawRequest, answer: Answer): Answer {
  const headers: Record<string, string> = {
    vary: 'Accept, Authorization, Accept-Encoding',
    'x-request-id': raw.id,
    'cache-control': 'private, no-cache',
    ...(answer.body === undefined ? {} : { 'content-type': JSON_API }),
    ...answer.headers,
  };
  if (isKnown(raw, answer)) {
    const { 'content-type': _, ...rest } = headers;
    return { status: 304, headers: rest };
  }
  return { status: answer.status, headers, ...(answer.body === undefined ? {} : { body: answer.body }) };
}

const isFetch = ({ method }: RawRequest): boolean => method === 'GET' || method === 'HEAD';

/** The client has it already: by weak comparison (RFC 9110, 13.1.2). What has written says so, whatever was asked. */
function isKnown(raw: RawRequest, { status, headers: { etag } }: Answer): boolean {
  const asked = raw.headers['if-none-match'];
  if (!isFetch(raw) || status !== 200 || etag === undefined || typeof asked !== 'string') return false;
  const opaque = (tag: string): string => tag.trim().replace(/^W\//, '');
  return asked.trim() === '*' || asked.split(',').some((tag) => opaque(tag) === opaque(etag));
}

/** Throws API-403 (412) for a fetch of what is no longer what the client names: by strong comparison (RFC 9110, 13.1.1). */
export function checkFetched(raw: RawRequest, { status, headers: { etag } }: Answer): void {
  const asked = raw.headers['if-match'];
  if (!isFetch(raw) || status !== 200 || typeof asked !== 'string' || asked.trim() === '*') return;
  if (etag?.startsWith('"') && asked.split(',').some((tag) => tag.trim() === etag)) return;
  throw apiError(403, {
    detail: 'What is at this address is not what If-Match names.',
    pointer: { header: 'If-Match' },
  });
}

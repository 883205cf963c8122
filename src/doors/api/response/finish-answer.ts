// What every answer has in common: media type, validators, no body where none may be.
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
  const { etag } = answer.headers;
  const asked = raw.headers['if-none-match'];
  if (answer.status === 200 && etag !== undefined && typeof asked === 'string' && isNamed(asked, etag)) {
    const { 'content-type': _, ...rest } = headers;
    return { status: 304, headers: rest };
  }
  return { status: answer.status, headers, ...(answer.body === undefined ? {} : { body: answer.body }) };
}

/** By weak comparison (RFC 9110, 13.1.2). */
function isNamed(list: string, etag: string): boolean {
  const opaque = (tag: string): string => tag.trim().replace(/^W\//, '');
  return list.trim() === '*' || list.split(',').some((tag) => opaque(tag) === opaque(etag));
}

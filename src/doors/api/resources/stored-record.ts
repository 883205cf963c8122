// What a write asks of the record that is stored, and what is said where it is not so.
import { apiError } from '../api-errors.js';
import type { ApiRequest } from '../request/api-request.js';

/** By strong comparison (RFC 9110, 13.1.1); of our tags the part before the point is the record's version. */
export function readVersions({ headers }: Pick<ApiRequest, 'headers'>): readonly string[] | undefined {
  const asked = headers['if-match'];
  if (typeof asked !== 'string' || asked.trim() === '*') return undefined;
  return asked.split(',').map((tag) => /^"(\d+)[."]/.exec(tag.trim())?.[1] ?? '0');
}

export const lostUpdate = (type: string, id: string) =>
  apiError(403, {
    detail: `The ${type} '${id}' has changed since it was read; nothing was written.`,
    hint: 'Fetch it again, and send the change with its new ETag.',
    pointer: { header: 'If-Match' },
  });

export const inUse = (type: string) =>
  apiError(404, {
    detail: `Other records refer to this one of the ${type}.`,
    hint: 'Delete them first, or let them refer to another.',
  });

export const notThere = (type: string, id: string) =>
  apiError(401, { detail: `None of the ${type} has the id '${id.slice(0, 60)}'.` });

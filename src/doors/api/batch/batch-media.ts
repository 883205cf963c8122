// As what a batch may be sent. A list of records is no document of plain JSON:API, so that one needs the extension by name.

import { apiError } from '../api-errors.js';
import type { RawRequest } from '../request/api-request.js';
import { EXTENSIONS } from '../request/extensions.js';
import { readMediaType } from '../request/media-type.js';
import { JSON_API } from '../response/answer.js';

export const BATCH_EXTENSION = EXTENSIONS.find(({ namespace }) => namespace === 'batch')!.uri;

export type BatchMedia =
  | { readonly kind: 'document' }
  | { readonly kind: 'table'; readonly format: string; readonly options: Readonly<Record<string, string>> };

const UTF8 = { encoding: 'utf-8' };
const NDJSON: BatchMedia = { kind: 'table', format: 'ndjson', options: UTF8 };

/** Of tables of fields. */
const LISTS: Readonly<Record<string, BatchMedia>> = {
  'application/x-ndjson': NDJSON,
  'application/jsonl': NDJSON,
  'text/csv': { kind: 'table', format: 'csv', options: { header: 'true' } },
};

/** Of what a mapping reads. */
const FOREIGN: Readonly<Record<string, BatchMedia>> = {
  ...LISTS,
  // The whole of it is one record, or a list of them; whatever lies deeper is for the mapping to find.
  'application/json': { kind: 'table', format: 'json', options: { ...UTF8, path: '' } },
  'application/xml': { kind: 'table', format: 'xml', options: {} },
  'text/xml': { kind: 'table', format: 'xml', options: {} },
};

const WITH_EXTENSION = `${JSON_API};ext="${BATCH_EXTENSION}"`;
export const BATCH_MEDIA: readonly string[] = [WITH_EXTENSION, ...Object.keys(LISTS)];
export const FOREIGN_MEDIA: readonly string[] = Object.keys(FOREIGN);

/** Extensions that the body uses, of those that are served; what else it says of itself is looked at when it is read. */
export function listSentExtensions(header: string | undefined): readonly string[] {
  const type = header === undefined ? undefined : readMediaType(header);
  if (type?.type !== JSON_API) return [];
  return (type.parameters.get('ext') ?? '').split(' ').filter((uri) => uri === BATCH_EXTENSION);
}

/** Throws API-102, 501 (415). */
export function readBatchMedia({ headers }: Pick<RawRequest, 'headers'>, foreign: boolean): BatchMedia {
  const header = String(headers['content-type'] ?? '');
  const type = readMediaType(header);
  if (!foreign && type?.type === JSON_API) {
    const extensions = (type.parameters.get('ext') ?? '').split(' ').filter((uri) => uri !== '');
    const others = [...type.parameters.keys()].filter((name) => name !== 'ext' && name !== 'profile');
    if (extensions.length === 1 && extensions[0] === BATCH_EXTENSION && others.length === 0)
      return { kind: 'document' };
    throw apiError(501, {
      detail: 'A list of resources is not updated by plain JSON:API, but by an extension of it.',
      hint: `Send Content-Type: ${WITH_EXTENSION}, or ${Object.keys(LISTS).join(' or ')}.`,
      pointer: { header: 'Content-Type' },
    });
  }
  const known = foreign ? FOREIGN : LISTS;
  const found = type !== undefined && Object.hasOwn(known, type.type) ? known[type.type] : undefined;
  if (found !== undefined) return found;
  throw apiError(102, {
    detail:
      type === undefined ? 'There is no readable Content-Type.' : `A batch is not read as ${type.type}.`,
    hint: `Possible are ${(foreign ? FOREIGN_MEDIA : BATCH_MEDIA).join(', ')}.`,
    pointer: { header: 'Content-Type' },
  });
}

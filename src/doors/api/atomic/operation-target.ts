// What an operation is about: said by ref, by href, or by its data.
import { anotherResource, malformed } from '../document/document-misfits.js';
import { findMember, isObject, type Json } from '../document/read-json.js';
import type { ApiRequest } from '../request/api-request.js';
import { readTarget, type Target } from '../request/target.js';
import { withPlace } from './error-place.js';
import type { LocalIds } from './local-ids.js';
import type { AtomicOperation } from './read-operations.js';

/** Throws API-105, 301, 303 and 313, pointing into the operation. */
export function readOperationTarget(
  request: ApiRequest,
  { op, ref, href, data }: AtomicOperation,
  lids: LocalIds,
): Target {
  if (href !== undefined) return pointed('/href', () => readTarget(request.shapes, toPath(request, href)));
  if (ref !== undefined) {
    const id = ref.id ?? lids.read(ref.type, ref.lid!, '/ref/lid');
    const tail = ref.relationship === undefined ? [] : ['relationships', ref.relationship];
    return pointed('/ref', () => readTarget(request.shapes, toSegments(ref.type, id, ...tail)));
  }
  if (op === 'remove' || !isObject(data))
    throw malformed('', 'An operation says by ref, by href or by its data what it is about.');
  const path = op === 'add' ? toSegments(readType(data)) : toSegments(readType(data), readId(data, lids));
  return pointed('/data/type', () => readTarget(request.shapes, path));
}

function readType(data: Json): string {
  const type = isObject(data) ? findMember(data, 'type') : undefined;
  if (typeof type === 'string') return type;
  throw malformed('/data', 'A resource object must have a type, a string.');
}

function readId(data: Json, lids: LocalIds): string {
  const named = lids.resolve(data, '/data');
  const id = isObject(named) ? findMember(named, 'id') : undefined;
  if (typeof id === 'string') return id;
  throw malformed('/data', 'A resource to be updated must have its id.');
}

const toSegments = (...segments: readonly string[]): string =>
  segments.map((one) => `/${encodeURIComponent(one)}`).join('');

/** The path below the API's base. */
function toPath({ base }: ApiRequest, href: string): string {
  // A base that names no server is that of whoever asks.
  const { origin, pathname } = new URL(base, 'http://here');
  const here = `${origin}${pathname}/operations`;
  const url = URL.canParse(href, here) ? new URL(href, here) : undefined;
  if (url?.origin !== origin || !url.pathname.startsWith(`${pathname}/`))
    throw anotherResource('/href', `The href is no address of this API: those begin with ${base}/.`);
  if (url.search !== '') throw malformed('/href', 'The href of an operation has no query.');
  return url.pathname.slice(pathname.length);
}

/** What the address has wrong stands at `member`. */
function pointed<T>(member: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw withPlace(error, (place) => place ?? member);
  }
}

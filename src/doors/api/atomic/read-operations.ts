// A document of the extension Atomic Operations: https://jsonapi.org/ext/atomic
import { apiError } from '../api-errors.js';
import { malformed } from '../document/document-misfits.js';
import { findMember, isObject, type Json, type JsonObject } from '../document/read-json.js';

export const MOST_OPERATIONS = 1_000;

export interface AtomicOperation {
  readonly op: 'add' | 'update' | 'remove';
  readonly ref?: AtomicRef;
  readonly href?: string;
  readonly data?: Json;
}

/** "MUST be an object that MUST contain type and … either id or lid"; of whose relationship, where it is about one. */
export interface AtomicRef {
  readonly type: string;
  readonly id?: string;
  readonly lid?: string;
  readonly relationship?: string;
}

/** The operations, not yet looked into. Throws API-301 and 312. */
export function listOperations(document: Json): readonly Json[] {
  if (!isObject(document)) throw malformed('', 'The body must be a JSON object.');
  const list = findMember(document, 'atomic:operations');
  if (!Array.isArray(list))
    throw malformed('', 'The document must have the member atomic:operations, a list of operations.');
  if (list.length <= MOST_OPERATIONS) return list;
  throw apiError(312, {
    detail: `A request has at most ${MOST_OPERATIONS.toLocaleString('en')} operations, this one ${list.length.toLocaleString('en')}.`,
    hint: 'Send them in several requests.',
    pointer: { member: '/atomic:operations' },
  });
}

/** One of them; pointers begin at the operation. Throws API-301. */
export function readOperation(operation: Json): AtomicOperation {
  if (!isObject(operation)) throw malformed('', 'An operation must be an object.');
  const op = findMember(operation, 'op');
  if (op !== 'add' && op !== 'update' && op !== 'remove')
    throw malformed(op === undefined ? '' : '/op', 'An operation has an op: add, update or remove.');
  const [ref, href, data] = ['ref', 'href', 'data'].map((name) => findMember(operation, name));
  if (ref !== undefined && href !== undefined)
    throw malformed('/href', 'An operation has ref or href, not both.');
  if (href !== undefined && typeof href !== 'string') throw malformed('/href', 'href must be a string.');
  return {
    op,
    ...(ref === undefined ? {} : { ref: readRef(ref) }),
    ...(href === undefined ? {} : { href }),
    ...(data === undefined ? {} : { data }),
  };
}

function readRef(ref: Json): AtomicRef {
  if (!isObject(ref)) throw malformed('/ref', 'ref must be an object.');
  const type = findText(ref, 'type');
  const [id, lid] = [findText(ref, 'id'), findText(ref, 'lid')];
  const relationship = findText(ref, 'relationship');
  if (type === undefined) throw malformed('/ref', 'ref must have a type.');
  if ((id === undefined) === (lid === undefined))
    throw malformed('/ref', 'ref must have either an id or a lid.');
  return {
    type,
    ...(id === undefined ? {} : { id }),
    ...(lid === undefined ? {} : { lid }),
    ...(relationship === undefined ? {} : { relationship }),
  };
}

function findText(object: JsonObject, name: string): string | undefined {
  const found = findMember(object, name);
  if (found === undefined || typeof found === 'string') return found;
  throw malformed(`/ref/${name}`, `${name} must be a string.`);
}

// Which records a relationship to many is to lead to, as a document says it.
import type { ToManyRelation } from '../../../engine/catalog/index.js';
import type { Relationship, ResourceShape } from '../../../engine/documents/index.js';
import { malformed, misfit } from './document-misfits.js';
import { findMember, isObject, type Json, type JsonObject } from './read-json.js';

export interface SaidLinks {
  readonly relationship: Relationship;
  readonly relation: ToManyRelation;
  readonly ids: readonly { readonly id: string; readonly member: string }[];
  /** JSON pointer to its linkage. */
  readonly member: string;
}

/** How many records one document lets a relationship lead to. */
const MOST_LINKS = 1_000;

/** Throws API-301 and 302. `member`: of the relationship. */
export function readLinks(
  shape: ResourceShape,
  relationship: Relationship,
  linkage: Json,
  member: string,
): SaidLinks {
  const relation = relationship.relation as ToManyRelation;
  const at = `${member}/data`;
  const read = (one: Json, place: string) => {
    if (!isObject(one)) throw malformed(place, 'A resource identifier must be an object.');
    return { id: readIdentifier(shape, relationship, one, place), member: place };
  };
  if (relationship.one) {
    if (linkage === null) return { relationship, relation, ids: [], member: at };
    if (!isObject(linkage))
      throw malformed(at, 'The data of a relationship to one must be null or a resource identifier.');
    return { relationship, relation, ids: [read(linkage, at)], member: at };
  }
  if (!Array.isArray(linkage))
    throw malformed(at, 'The data of a relationship to many must be a list of resource identifiers.');
  if (linkage.length > MOST_LINKS)
    throw misfit(
      at,
      `A document names at most ${MOST_LINKS.toLocaleString('en')} records of one relationship.`,
      'Add the others with POST to the address of the relationship.',
    );
  return {
    relationship,
    relation,
    ids: linkage.map((one: Json, i) => read(one, `${at}/${i}`)),
    member: at,
  };
}

/** The id of a resource identifier. Throws API-301 and 302. */
export function readIdentifier(
  shape: ResourceShape,
  { name, type }: Relationship,
  identifier: JsonObject,
  place: string,
): string {
  const [linkedType, id] = [findMember(identifier, 'type'), findMember(identifier, 'id')];
  if (typeof linkedType !== 'string' || typeof id !== 'string')
    throw malformed(place, 'A resource identifier must have a type and an id, both strings.');
  if (linkedType === type) return id;
  throw misfit(`${place}/type`, `${shape.type}.${name} leads to ${type}, not to ${linkedType}.`);
}

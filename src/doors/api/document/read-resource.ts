// A resource object as a client sends it, held against the resource it is meant for: what it says becomes cells.
import type { ResourceShape, ResourceShapes } from '../../../engine/documents/index.js';
import { findKeyFields, fromKeyText } from '../../../engine/records/read/index.js';
import { Cell } from '../../../foundation/cells/cell-batch.js';
import type { BatchCell } from '../../../foundation/cells/row-batch.js';
import { didYouMean } from '../../../foundation/errors/did-you-mean.js';
import { DovetailError } from '../../../foundation/errors/dovetail-error.js';
import { apiError } from '../api-errors.js';
import { ApiFailure } from '../response/error-document.js';
import { anotherResource, malformed, misfit } from './document-misfits.js';
import { findMember, isObject, type Json, type JsonObject, toJsonText } from './read-json.js';
import { readIdentifier, readLinks, type SaidLinks } from './read-links.js';

/** One thing the document says: a path of the catalog, its value, and where it stands. */
export interface Said {
  readonly path: readonly string[];
  readonly cell: BatchCell;
  /** JSON pointer. */
  readonly member: string;
}

export interface ReadResource {
  readonly id?: string;
  readonly said: readonly Said[];
  /** Relationships that are stored with the others. */
  readonly links: readonly SaidLinks[];
}

/** Throws API-301 to 303. `id`: the one in the address, where there is one. */
export function readResource(
  shapes: ResourceShapes,
  shape: ResourceShape,
  document: Json,
  id?: string,
): ReadResource {
  const data = readResourceObject(shape, document, id);
  const given = findMember(data, 'id') as string | undefined;
  const wrong: DovetailError[] = [];
  const attributes = readAttributes(shape, data, wrong);
  const { said, links } = readRelationships(shapes, shape, data, wrong);
  if (wrong.length > 0) throw new ApiFailure(wrong);
  return { ...(given === undefined ? {} : { id: given }), said: [...attributes, ...said], links };
}

/** The one resource object of a document, of this type and, where the address has one, with this id. Throws API-301 and 303. */
export function readResourceObject(
  shape: Pick<ResourceShape, 'type'>,
  document: Json,
  id?: string,
): JsonObject {
  const data = readData(document);
  if (!isObject(data)) throw malformed('/data', 'data must be one resource object.');
  const type = findMember(data, 'type');
  if (typeof type !== 'string')
    throw malformed(
      type === undefined ? '/data' : '/data/type',
      'A resource object must have a type, a string.',
    );
  if (type !== shape.type)
    throw anotherResource('/data/type', `The type '${type}' is not that of the address, '${shape.type}'.`);
  const given = findMember(data, 'id');
  if (given !== undefined && typeof given !== 'string')
    throw malformed('/data/id', 'The id must be a string.');
  if (id !== undefined && given === undefined)
    throw malformed('/data', 'A resource to be updated must have its id.');
  if (id !== undefined && given !== id)
    throw anotherResource('/data/id', `The id '${given}' is not that of the address, '${id}'.`);
  return data;
}

/**
 * The primary data of a document. Other members than those looked for are passed over, here and in resource objects: "implementations
 * MUST ignore members not recognized by this specification". Throws API-301.
 */
export function readData(document: Json): Json {
  if (!isObject(document)) throw malformed('', 'The body must be a JSON object.');
  const data = findMember(document, 'data');
  if (data === undefined) throw malformed('', 'The document must have the member data.');
  return data;
}

/** The key of `shape` that an id stands for, as things that are said of a record. Throws API-401 for what can't be one. */
export function toKeySaid(
  shape: ResourceShape,
  id: string,
  prefix: readonly string[],
  member: string,
): readonly Said[] {
  const said = findKeySaid(shape, id, prefix, member);
  if (said) return said;
  throw apiError(401, {
    detail: `None of the ${shape.type} has the id '${id.slice(0, 60)}'.`,
    pointer: { member },
  });
}

/** The same; undefined for what can't be an id of these. */
export function findKeySaid(
  shape: ResourceShape,
  id: string,
  prefix: readonly string[],
  member: string,
): readonly Said[] | undefined {
  const fields = findKeyFields(shape.entity);
  const values = fields && isStorable(id) ? fromKeyText(id, fields.length) : undefined;
  if (!values) return undefined;
  return fields!.map((field, i) => ({
    path: [...prefix, field.name],
    cell: { cell: Cell.text, text: values[i]! },
    member,
  }));
}

/** `wrong`: gets all that is wrong, so that a client need not find one thing after the other. */
function readAttributes(shape: ResourceShape, data: JsonObject, wrong: DovetailError[]): readonly Said[] {
  const attributes = findMember(data, 'attributes');
  if (attributes === undefined) return [];
  if (!isObject(attributes)) throw malformed('/data/attributes', 'attributes must be an object.');
  return readEach(listMembers(attributes), wrong, ([name, value]) => {
    const member = `/data/attributes/${toPointer(name)}`;
    const attribute = shape.attributes.find((one) => one.name === name);
    if (!attribute) throw unknown(shape, name, member);
    return [{ path: [attribute.field.name], cell: toCell(value, member), member }];
  });
}

function readRelationships(
  shapes: ResourceShapes,
  shape: ResourceShape,
  data: JsonObject,
  wrong: DovetailError[],
): Pick<ReadResource, 'said' | 'links'> {
  const relationships = findMember(data, 'relationships');
  if (relationships === undefined) return { said: [], links: [] };
  if (!isObject(relationships)) throw malformed('/data/relationships', 'relationships must be an object.');
  const links: SaidLinks[] = [];
  const said = readEach(listMembers(relationships), wrong, ([name, value]) => {
    const member = `/data/relationships/${toPointer(name)}`;
    const linkage = isObject(value) ? findMember(value, 'data') : undefined;
    if (linkage === undefined)
      throw malformed(member, 'A relationship must be an object with the member data.');
    const relationship = shape.relationships.find((one) => one.name === name);
    if (relationship?.relation.kind !== 'many') return readLinkage(shapes, shape, name, linkage, member);
    links.push(readLinks(shape, relationship, linkage, member));
    return [];
  });
  return { said, links };
}

function readEach<M, T>(
  members: readonly M[],
  wrong: DovetailError[],
  read: (member: M) => readonly T[],
): readonly T[] {
  return members.flatMap((member) => {
    try {
      return read(member);
    } catch (error) {
      if (!(error instanceof DovetailError)) throw error;
      wrong.push(error);
      return [];
    }
  });
}

/** Which record a relationship is to lead to. Throws API-301, 302, 104. */
export function readLinkage(
  shapes: ResourceShapes,
  shape: ResourceShape,
  name: string,
  linkage: Json,
  member: string,
): readonly Said[] {
  const relationship = shape.relationships.find((one) => one.name === name);
  if (!relationship) throw unknown(shape, name, member);
  const { relation, type } = relationship;
  const other = shapes.byType.get(type)!;
  if (linkage === null) {
    const fields = findKeyFields(other.entity) ?? [];
    return fields.map((field) => ({
      path: [relation.name, field.name],
      cell: { cell: Cell.null, text: '' },
      member,
    }));
  }
  if (!isObject(linkage))
    throw malformed(
      `${member}/data`,
      'The data of a relationship to one must be null or a resource identifier.',
    );
  const id = readIdentifier(shape, relationship, linkage, `${member}/data`);
  return toKeySaid(other, id, [relation.name], `${member}/data`);
}

function toCell(value: Json, member: string): BatchCell {
  if (value === null) return { cell: Cell.null, text: '' };
  if (typeof value === 'string') {
    // Stored, they would be other letters than those that were sent.
    if (!isStorable(value))
      throw misfit(
        member,
        'The text holds a NUL or half of a surrogate pair, which no text in PostgreSQL can.',
      );
    return { cell: Cell.text, text: value };
  }
  return { cell: Cell.json, text: toJsonText(value) };
}

/** "An @-Member that occurs in an attributes object is not an attribute." */
const listMembers = (object: JsonObject): readonly (readonly [string, Json])[] =>
  Object.entries(object).filter(([name]) => !name.startsWith('@'));

function unknown(shape: ResourceShape, name: string, member: string) {
  const meant = didYouMean(
    name,
    [...shape.attributes, ...shape.relationships].map((one) => one.name),
  );
  return misfit(member, `${shape.type} have no '${name}'.`, meant && `Did you mean '${meant}'?`);
}

/** Neither a NUL nor half of a surrogate pair is in it. */
const isStorable = (text: string): boolean => !/\0|\p{Surrogate}/u.test(text);

/** A name as a part of a JSON pointer (RFC 6901). */
const toPointer = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');

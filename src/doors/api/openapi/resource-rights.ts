// What a caller may do with a resource, as their own catalog says it, and what a new record can't do without.
import type { Field, ToOneRelation } from '../../../engine/catalog/index.js';
import type { Relationship, ResourceShape, ResourceShapes } from '../../../engine/documents/index.js';
import { findKeyFields } from '../../../engine/records/read/index.js';
import { isNullable, isReadOnly } from './value-schema.js';

export interface ResourceRights {
  readonly create: boolean;
  readonly update: boolean;
  readonly delete: boolean;
}

export function toRights({ entity }: ResourceShape): ResourceRights {
  const { writable, rights = { insert: true, update: true, delete: true } } = entity;
  // Without a key nothing says which record is meant.
  const known = writable && findKeyFields(entity) !== undefined;
  return {
    create: known && rights.insert,
    update: known && rights.update && entity.fields.some((field) => !isReadOnly(field)),
    delete: known && rights.delete,
  };
}

/** A relationship that a request can set, and its relation. */
export interface SettableRelationship extends Relationship {
  readonly relation: ToOneRelation;
}

export const listSettable = (shape: ResourceShape): readonly SettableRelationship[] =>
  shape.relationships.filter((one): one is SettableRelationship => {
    const { relation } = one;
    return relation.kind === 'one' && fieldsOf(shape, relation).every((field) => !isReadOnly(field));
  });

/** Whether a relationship to many may get members, and lose them: as far as what is stored with the others allows it. */
export function toLinkRights(
  shapes: ResourceShapes,
  { relation, type }: Relationship,
): { readonly add: boolean; readonly remove: boolean } {
  if (relation.kind === 'one') return { add: false, remove: false };
  if (relation.through) {
    const join = toRights(shapes.ofEntity(relation.through.entity));
    return { add: join.create, remove: join.delete };
  }
  const other = shapes.byType.get(type)!;
  const key = findKeyFields(other.entity) ?? [];
  const fields = other.entity.fields.filter(({ name }) => relation.targetFields.includes(name));
  const add = toRights(other).update && fields.every((field) => !isReadOnly(field) && !key.includes(field));
  return { add, remove: add && fields.some(isNullable) };
}

/** Relationships to many that a document may set as a whole. */
export const listLinkable = (shapes: ResourceShapes, shape: ResourceShape): readonly Relationship[] =>
  shape.relationships.filter((one) => {
    const { add, remove } = toLinkRights(shapes, one);
    return add && remove;
  });

/** True if the record may refer to none. */
export const mayBeNone = (shape: ResourceShape, relation: ToOneRelation): boolean =>
  fieldsOf(shape, relation).some(isNullable);

export function requiredAttributes(shape: ResourceShape): readonly string[] {
  return shape.attributes.filter(({ field }) => isRequired(shape, field)).map(({ name }) => name);
}

export function requiredRelationships(shape: ResourceShape): readonly string[] {
  return listSettable(shape)
    .filter(({ relation }) => fieldsOf(shape, relation).every((field) => isRequired(shape, field)))
    .map(({ name }) => name);
}

/** True if a client may choose the id of a new record. */
export const mayChooseId = ({ entity }: ResourceShape): boolean =>
  findKeyFields(entity)?.every((field) => !isReadOnly(field)) ?? false;

/** Nobody fills it in: neither a default, nor a trigger, nor the id, which may hold it, nor the one value that the caller may give it. */
function isRequired({ entity }: ResourceShape, field: Field): boolean {
  const { setByTriggers = [], access } = entity;
  const rule = typeof access?.create === 'object' ? access.create : undefined;
  const listed = rule !== undefined && 'in' in rule && rule.field === field.name ? rule.in : [];
  const isFilled = !('where' in listed) && listed.length === 1;
  const filled =
    field.default !== undefined ||
    field.generated !== undefined ||
    setByTriggers === 'any' ||
    setByTriggers.includes(field.name) ||
    isFilled ||
    (findKeyFields(entity) ?? []).includes(field);
  return !filled && !isNullable(field) && !isReadOnly(field);
}

const fieldsOf = ({ entity }: ResourceShape, { fields }: ToOneRelation): readonly Field[] =>
  fields.flatMap((name) => entity.fields.find((field) => field.name === name) ?? []);

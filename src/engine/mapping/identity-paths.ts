// How a reference is written down so that it is found again elsewhere: by what identifies the record referred to
// (`brand.name`), through references of that in turn, or by the raw key where nothing better is sure.
import type { Catalog, Entity, Field, ToOneRelation } from '../catalog/catalog.js';
import { findField, findToOne } from './field-path.js';

/** Longest chain of relations in a column that nobody asked for. */
const MAX_DEPTH = 3;

const MADE_BY_DATABASE = /\bnextval\(|\bgen_random_uuid\(|\buuid_generate_|\buuidv[47]\(/;

/** True if the database makes the field's values, so that they mean nothing elsewhere. */
export function isSurrogate(field: Field): boolean {
  return field.generated !== undefined || MADE_BY_DATABASE.test(field.default ?? '');
}

/**
 * The paths, relation name first, that stand for a reference, in the order of the other entity's identity. Undefined
 * if the raw key is the only sure way: the other entity has no natural identity, its identity may hold NULL, the key is
 * shared with another relation, it can be partly NULL, or it is the identity already.
 */
export function findIdentityPaths(
  catalog: Catalog,
  entity: Entity,
  relation: ToOneRelation,
): readonly (readonly string[])[] | undefined {
  return identityPaths(catalog, entity, relation, []);
}

function identityPaths(
  catalog: Catalog,
  entity: Entity,
  relation: ToOneRelation,
  on: readonly string[],
): readonly (readonly string[])[] | undefined {
  const target = catalog.entities.get(relation.entity);
  const visit = `${entity.name} ${relation.name}`;
  if (!target || on.length >= MAX_DEPTH || on.includes(visit)) return undefined;
  if (!isClearReference(entity, relation)) return undefined;
  const identity = findNaturalIdentity(target);
  if (!identity) return undefined;

  const paths: (readonly string[])[] = [];
  const done = new Set<string>();
  for (const field of identity) {
    if (done.has(field.name)) continue;
    const onward = findRelationWithin(target, field.name, identity);
    const deeper = onward && identityPaths(catalog, target, onward, [...on, visit]);
    if (onward && deeper) {
      for (const name of onward.fields) done.add(name);
      paths.push(...deeper.map((path) => [relation.name, ...path]));
    } else {
      paths.push([relation.name, field.name]);
    }
  }
  // What the referring row holds anyway is its own key.
  const isRaw = paths.every((path) => path.length === 2 && relation.targetFields.includes(path[1]!));
  return isRaw ? undefined : paths;
}

// The relation's fields say nothing but which record is meant, and can all be set by saying it.
function isClearReference(entity: Entity, relation: ToOneRelation): boolean {
  const fields = relation.fields.map((name) => findField(entity, name));
  if (fields.some((field) => field === undefined || field.readOnly)) return false;
  if (fields.length > 1 && fields.some((field) => field?.nullable)) return false;
  if (findField(entity, relation.name) && !relation.fields.includes(relation.name)) return false;
  return !entity.relations.some(
    (other) =>
      other.kind === 'one' &&
      other !== relation &&
      other.fields.some((name) => relation.fields.includes(name)),
  );
}

/** The fields of the identity, if they are what people know the record by: unique, never NULL, not made by the database. */
export function findNaturalIdentity(entity: Entity): readonly Field[] | undefined {
  const fields = entity.identity.map((name) => findField(entity, name));
  if (fields.length === 0) return undefined;
  if (
    !fields.every((field): field is Field => field !== undefined && !field.nullable && !isSurrogate(field))
  ) {
    return undefined;
  }
  const unique = entity.uniqueKeys.some((key) => key.fields.every((name) => entity.identity.includes(name)));
  return unique ? fields : undefined;
}

function findRelationWithin(
  entity: Entity,
  name: string,
  identity: readonly Field[],
): ToOneRelation | undefined {
  const names = new Set(identity.map((field) => field.name));
  const relation = entity.relations.find(
    (candidate) => candidate.kind === 'one' && candidate.fields.includes(name),
  );
  if (relation?.kind !== 'one' || !relation.fields.every((field) => names.has(field))) return undefined;
  return findToOne(entity, relation.name);
}

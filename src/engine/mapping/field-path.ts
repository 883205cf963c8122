// Follows a path through the catalog: which relations it takes and which field it ends at.
import { DovetailError } from '../../foundation/errors/dovetail-error.js';
import type { Catalog, Entity, Field, Relation, ToOneRelation } from '../catalog/catalog.js';
import { type ResolvedPath, resolvePath } from '../catalog/path-resolver.js';
import { toPathText, WHOLE } from './path-text.js';

/** A path that leads over to-one relations to a field. */
export interface FieldPath {
  readonly path: readonly string[];
  readonly relations: readonly ToOneRelation[];
  /** The entity the field belongs to. */
  readonly entity: Entity;
  readonly field: Field;
}

/** A path that ends in `*`: the record (`one`) or the records (`many`) behind its last relation. */
export interface WholePath {
  readonly path: readonly string[];
  readonly relation: Relation;
}

/** Where a path goes wrong, in words, with the word that was probably meant. */
export interface WrongPath {
  readonly wrong: string;
  readonly hint?: string;
}

export const findField = (entity: Entity, name: string): Field | undefined =>
  entity.fields.find((field) => field.name === name);

export const findToOne = (entity: Entity, name: string): ToOneRelation | undefined =>
  entity.relations.find(
    (relation): relation is ToOneRelation => relation.kind === 'one' && relation.name === name,
  );

/** Follows the path from the entity to a field, or to a whole record. Never throws. */
export function followPath(
  catalog: Catalog,
  entity: Entity,
  path: readonly string[],
): FieldPath | WholePath | WrongPath {
  if (path.length > 1 && path.at(-1) === WHOLE) return followWhole(catalog, entity, path);
  const found = tryResolve(catalog, entity, path);
  if ('wrong' in found) return found;
  const relations = found.steps.map((step) => step.relation);
  const many = relations.find((relation) => relation.kind === 'many');
  if (many) return severalRecords(many);
  if (!found.field) return noField(found.entity, path);
  return { path, relations: relations as ToOneRelation[], entity: found.entity, field: found.field };
}

// Only what is written out whole may be many records. A relation may be called like a field; here it is meant.
function followWhole(catalog: Catalog, entity: Entity, path: readonly string[]): WholePath | WrongPath {
  let current = entity;
  for (const [i, step] of path.slice(0, -1).entries()) {
    const relation = current.relations.find((candidate) => candidate.name === step);
    const target = relation && catalog.entities.get(relation.entity);
    if (!relation || !target) {
      const found = tryResolve(catalog, current, [step]);
      return 'wrong' in found ? found : noRelation(path);
    }
    if (i === path.length - 2) return { path, relation };
    if (relation.kind === 'many') return severalRecords(relation);
    current = target;
  }
  return noRelation(path);
}

const severalRecords = (many: Relation): WrongPath => ({
  wrong: `${many.name} leads to many records of ${many.entity}, not to one`,
  hint: `Import and export ${many.entity} by itself, or write the path as ${many.name}.*`,
});

function tryResolve(catalog: Catalog, entity: Entity, path: readonly string[]): ResolvedPath | WrongPath {
  try {
    return resolvePath(catalog, entity, path);
  } catch (error) {
    if (!(error instanceof DovetailError)) throw error;
    const { detail, hint } = error;
    return { wrong: detail.replace(/\.$/, ''), ...(hint === undefined ? {} : { hint }) };
  }
}

const noRelation = (path: readonly string[]): WrongPath => ({
  wrong: `${toPathText(path.slice(0, -1))} is a field; only a relation can be written out whole`,
});

function noField(target: Entity, path: readonly string[]): WrongPath {
  const example = target.identity[0] ?? target.fields[0]?.name ?? 'name';
  return {
    wrong: `${toPathText(path)} is a relation, not a field`,
    hint: `Name a field of ${target.name}, such as ${toPathText([...path, example])}.`,
  };
}

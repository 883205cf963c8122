// Follows a path through the catalog: which relations it takes and which field it ends at.
import { didYouMean } from '../../foundation/errors/did-you-mean.js';
import type { Catalog, Entity, Field, Relation, ToOneRelation } from '../catalog/catalog.js';
import { WHOLE } from './path-text.js';

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

/** Follows the path from the entity to a field. Never throws. */
export function followPath(
  catalog: Catalog,
  entity: Entity,
  path: readonly string[],
): FieldPath | WholePath | WrongPath {
  const relations: ToOneRelation[] = [];
  let current = entity;
  for (const [i, step] of path.entries()) {
    if (i === path.length - 1) {
      const field = findField(current, step);
      if (field) return { path, relations, entity: current, field };
      return wrongField(catalog, current, step);
    }
    const relation = current.relations.find((candidate) => candidate.name === step);
    if (!relation) return wrongRelation(current, step);
    if (i === path.length - 2 && path[i + 1] === WHOLE) return { path, relation };
    if (relation.kind === 'many') {
      return {
        wrong: `${current.name}.${step} leads to many records of ${relation.entity}, not to one`,
        hint: `Import and export ${relation.entity} by itself, or write the path as ${step}.*.`,
      };
    }
    const next = catalog.entities.get(relation.entity);
    if (!next) return { wrong: `${relation.entity}, behind ${current.name}.${step}, is not in the catalog` };
    relations.push(relation);
    current = next;
  }
  return { wrong: 'The path is empty' };
}

function wrongField(catalog: Catalog, entity: Entity, step: string): WrongPath {
  const relation = entity.relations.find((candidate) => candidate.name === step);
  if (relation) {
    const target = catalog.entities.get(relation.entity);
    const example = target?.identity[0] ?? target?.fields[0]?.name ?? 'name';
    return {
      wrong: `${entity.name}.${step} is a relation, not a field`,
      hint: `Name a field of ${relation.entity}, such as ${step}.${example}.`,
    };
  }
  const names = [
    ...entity.fields.map((field) => field.name),
    ...entity.relations.map((candidate) => candidate.name),
  ];
  return { wrong: `${entity.name} has no field ${step}`, ...hintFor(step, names) };
}

function wrongRelation(entity: Entity, step: string): WrongPath {
  const names = entity.relations.map((relation) => relation.name);
  if (findField(entity, step)) {
    const over = entity.relations.find(
      (relation) => relation.kind === 'one' && relation.fields.includes(step),
    );
    return {
      wrong: `${entity.name}.${step} is a field, not a relation`,
      hint: over ? `The relation is called ${over.name}.` : `Nothing can follow ${step} in a path.`,
    };
  }
  return { wrong: `${entity.name} has no relation ${step}`, ...hintFor(step, names) };
}

function hintFor(word: string, names: readonly string[]): { hint?: string } {
  const near = didYouMean(word, names);
  if (near !== undefined) return { hint: `Did you mean ${near}?` };
  return names.length > 0 && names.length <= 30 ? { hint: `There are: ${names.join(', ')}.` } : {};
}

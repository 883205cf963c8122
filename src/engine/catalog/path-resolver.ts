// Paths through relations: `sku`, `brand.name`, `category.parent.name`.
import { didYouMean } from '../../foundation/errors/did-you-mean.js';
import type { Catalog, Entity, Field, Relation } from './catalog.js';
import { catalogError } from './catalog-errors.js';

/** A relation on the way, and the entity it leads to. */
export interface PathStep {
  readonly relation: Relation;
  readonly entity: Entity;
}

export interface ResolvedPath {
  /** The names on the way: `['category', 'parent', 'name']`. */
  readonly path: readonly string[];
  readonly steps: readonly PathStep[];
  /** The entity at which the path ends: the one it began with, or that of the last step. */
  readonly entity: Entity;
  /** The field at the end; absent if the path ends with a relation. */
  readonly field?: Field;
}

/**
 * Follows a path from an entity. As text its names are joined by dots; a name that has dots itself is found all the same,
 * the longest fitting one first. At the end a field wins over a relation of the same name. Throws CATALOG-103 for an
 * unknown name, CATALOG-104 for a path that goes on behind a field.
 */
export function resolvePath(
  catalog: Catalog,
  entity: Entity,
  path: string | readonly string[],
): ResolvedPath {
  const steps: PathStep[] = [];
  const names: string[] = [];
  let at = entity;
  let rest: readonly string[] = typeof path === 'string' ? path.split('.') : path;
  // Names inside a text may hold dots; those given as a list are whole.
  const mostParts = typeof path === 'string' ? rest.length : 1;
  while (rest.length > 0) {
    const last = rest.length <= mostParts ? findField(at, rest.join('.')) : undefined;
    if (last !== undefined) return { path: [...names, last.name], steps, entity: at, field: last };
    const found = findRelation(at, rest, mostParts);
    const target = found === undefined ? undefined : catalog.entities.get(found.relation.entity);
    if (found === undefined || target === undefined) throw wrongStep(at, rest, entity, path);
    steps.push({ relation: found.relation, entity: target });
    names.push(found.relation.name);
    at = target;
    rest = rest.slice(found.parts);
  }
  if (names.length === 0) throw wrongStep(at, [''], entity, path);
  return { path: names, steps, entity: at };
}

function findField(entity: Entity, name: string): Field | undefined {
  return entity.fields.find((field) => field.name === name);
}

function findRelation(
  entity: Entity,
  rest: readonly string[],
  mostParts: number,
): { readonly relation: Relation; readonly parts: number } | undefined {
  for (let parts = Math.min(rest.length, mostParts); parts > 0; parts--) {
    const name = rest.slice(0, parts).join('.');
    const relation = entity.relations.find((candidate) => candidate.name === name);
    if (relation !== undefined) return { relation, parts };
  }
  return undefined;
}

function wrongStep(at: Entity, rest: readonly string[], from: Entity, path: string | readonly string[]) {
  const name = rest[0] as string;
  const whole = typeof path === 'string' ? path : path.join('.');
  const inPath = whole === name ? '' : ` (in '${whole}')`;
  const pointer = { entity: from.name, field: whole };
  const field = findField(at, name);
  if (field !== undefined && rest.length > 1) {
    const relation = at.relations.find((one) => one.kind === 'one' && one.fields.includes(name));
    return catalogError(104, {
      detail: `'${name}' is a field of '${at.name}', nothing can follow it${inPath}.`,
      ...(relation === undefined
        ? {}
        : { hint: `Did you mean '${[relation.name, ...rest.slice(1)].join('.')}'?` }),
      pointer,
    });
  }
  const fields = at.fields.map((one) => one.name);
  const relations = at.relations.map((one) => one.name);
  const candidates = rest.length > 1 ? relations : [...fields, ...relations];
  const near = didYouMean(name, candidates) ?? didYouMean(name, [...fields, ...relations]);
  return catalogError(103, {
    detail:
      rest.length > 1
        ? `'${at.name}' has no relation '${name}'${inPath}.`
        : `'${at.name}' has no field '${name}'${inPath}.`,
    hint: near === undefined ? toList(rest.length > 1 ? relations : fields) : `Did you mean '${near}'?`,
    pointer,
  });
}

function toList(names: readonly string[]): string {
  if (names.length === 0) return 'It has none.';
  const more = names.length > 12 ? ` and ${names.length - 12} more` : '';
  return `It has: ${names.slice(0, 12).join(', ')}${more}.`;
}

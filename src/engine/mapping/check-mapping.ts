// A mapping held against the catalog: every problem at once, so that a file is mended in one go.
import { didYouMean } from '../../foundation/errors/did-you-mean.js';
import { DovetailError } from '../../foundation/errors/dovetail-error.js';
import type { Catalog, Entity } from '../catalog/catalog.js';
import { findEntity } from '../catalog/entity-finder.js';
import { isExported, isImported, type Mapping } from './mapping.js';
import type { MappingPlace } from './mapping-file.js';
import {
  clashProblem,
  createProblem,
  type Problem,
  type ResolvedField,
  readOnlyProblem,
  resolveField,
  toError,
} from './mapping-problems.js';
import { findPartRelation } from './part-relation.js';

const NOWHERE: MappingPlace = { lines: new Map() };

/** Every problem of the mapping, in its order; empty if it can be used both ways. `place` adds file and line. */
export function checkMapping(
  mapping: Mapping,
  catalog: Catalog,
  place: MappingPlace = NOWHERE,
): readonly DovetailError[] {
  const entity = tryEntity(mapping, catalog);
  if ('detail' in entity) return [toError(mapping, place, entity)];
  const { resolved, problems } = resolveMapping(mapping, catalog, entity);
  const identity = resolveIdentity(mapping, entity);
  const all: readonly Problem[] = [
    ...problems,
    ...identity.problems,
    ...resolved.flatMap((field) => [
      ...asList(readOnlyProblem(entity, field, identity.fields)),
      ...asList(createProblem(catalog, field)),
    ]),
    ...findClashes(resolved),
    ...findHeaderClashes(mapping),
    ...(resolved.length > 0 ? findMissingIdentity(mapping, identity.fields, resolved) : []),
    ...findPartProblems(mapping, catalog, entity, identity.fields, resolved),
    ...findNothing(mapping),
  ];
  return all.map((problem) => toError(mapping, place, problem));
}

function tryEntity(mapping: Mapping, catalog: Catalog): Entity | Problem {
  try {
    return findEntity(catalog, mapping.entity);
  } catch (error) {
    if (!(error instanceof DovetailError)) throw error;
    const { detail, hint } = error;
    return {
      number: 201,
      where: 'entity',
      detail: detail.replace(/\.$/, ''),
      ...(hint === undefined ? {} : { hint }),
    };
  }
}

const asList = <T>(value: T | undefined): readonly T[] => (value === undefined ? [] : [value]);

/** The imported fields of a mapping, and the problems of those that lead nowhere. */
export function resolveMapping(
  mapping: Mapping,
  catalog: Catalog,
  entity: Entity,
): { readonly resolved: readonly ResolvedField[]; readonly problems: readonly Problem[] } {
  const resolved: ResolvedField[] = [];
  const problems: Problem[] = [];
  mapping.fields.forEach((mapped, index) => {
    const result = resolveField(catalog, entity, mapped, index);
    if (result === undefined) return;
    if ('number' in result) problems.push(result);
    else if (isImported(mapped)) resolved.push(result);
  });
  return { resolved, problems };
}

/** Fields by which records are matched; a relation's name stands for its fields. */
export function resolveIdentity(
  mapping: Mapping,
  entity: Entity,
): { readonly fields: readonly string[]; readonly problems: readonly Problem[] } {
  if (!mapping.identity) return { fields: entity.identity, problems: [] };
  const problems: Problem[] = [];
  const fields = mapping.identity.flatMap((name, i) => {
    if (entity.fields.some((field) => field.name === name)) return [name];
    const relation = entity.relations.find(
      (candidate) => candidate.kind === 'one' && candidate.name === name,
    );
    if (relation) return relation.fields;
    const near = didYouMean(
      name,
      entity.fields.map((field) => field.name),
    );
    problems.push({
      number: 202,
      where: `identity[${i}]`,
      detail: `${entity.name} has no field ${name}`,
      ...(near === undefined ? {} : { hint: `Did you mean ${near}?` }),
    });
    return [];
  });
  return { fields: [...new Set(fields)], problems };
}

function findClashes(resolved: readonly ResolvedField[]): readonly Problem[] {
  return resolved.flatMap((field, i) => {
    for (const earlier of resolved.slice(0, i)) {
      const problem = clashProblem(earlier, field);
      if (problem) return [problem];
    }
    return [];
  });
}

function findHeaderClashes(mapping: Mapping): readonly Problem[] {
  const seen = new Set<string>();
  return mapping.fields.flatMap((field, i): readonly Problem[] => {
    if (!isExported(field) || field.column === undefined || sharesColumn(field)) return [];
    if (!seen.has(field.column)) {
      seen.add(field.column);
      return [];
    }
    const detail = `An export would write the column ${field.column} twice`;
    const hint = 'Give one of them direction: import.';
    return [{ number: 206, where: `fields[${i}].column`, detail, hint }];
  });
}

// Fields that take parts of one column are put together again when it is written.
const sharesColumn = (field: Mapping['fields'][number]): boolean =>
  (field.steps ?? []).some(
    (step) =>
      typeof step === 'object' && ('split' in step || ('packed' in step && step.packed.take !== undefined)),
  );

// Adding needs no match, and a mapping without a strategy may still be used for adding.
function findMissingIdentity(
  mapping: Mapping,
  identity: readonly string[],
  resolved: readonly ResolvedField[],
): readonly Problem[] {
  if (mapping.strategy === undefined || mapping.strategy === 'add') return [];
  const missing = identity.filter((name) => !resolved.some((field) => field.sets.includes(name)));
  if (missing.length === 0) return [];
  const detail = `Records of ${mapping.entity} are matched by ${identity.join(', ')}, but nothing is mapped to ${missing.join(', ')}`;
  const hint = 'Map a column to it, choose another identity, or use the strategy add.';
  return [{ number: 205, where: 'identity', detail, hint }];
}

/** The first problem of each part. */
function findPartProblems(
  mapping: Mapping,
  catalog: Catalog,
  entity: Entity,
  identity: readonly string[],
  resolved: readonly ResolvedField[],
): readonly Problem[] {
  const parts = Object.entries(mapping.many ?? {});
  const given = new Set(resolved.flatMap((field) => field.sets));
  const missing = identity.find((name) => !given.has(name));
  return parts.flatMap(([name, part]): readonly Problem[] => {
    if (identity.length === 0 || missing !== undefined) {
      const detail = `Records that belong to ${entity.name} need what identifies it; nothing is mapped to ${missing ?? 'a unique key'}`;
      return [{ number: 205, where: `many.${name}`, detail }];
    }
    const found = findPartRelation(catalog, entity, name, part);
    if (!('detail' in found)) return [];
    const { number, detail, hint, key } = found;
    return [{ number, where: `many.${name}${key}`, detail, ...(hint === undefined ? {} : { hint }) }];
  });
}

function findNothing(mapping: Mapping): readonly Problem[] {
  if (mapping.fields.length > 0) return [];
  return [
    {
      number: 208,
      where: 'fields',
      detail: 'No field is mapped',
      hint: 'List columns and fields under fields.',
    },
  ];
}

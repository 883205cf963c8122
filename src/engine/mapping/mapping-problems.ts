// What can be wrong between a mapping and the catalog, each as an error that says where and what was probably meant.
import type { DovetailError } from '../../foundation/errors/dovetail-error.js';
import type { Catalog, Entity } from '../catalog/catalog.js';
import { type FieldPath, followPath } from './field-path.js';
import { isImported, type MappedField, type Mapping } from './mapping.js';
import { mappingError } from './mapping-errors.js';
import { type MappingPlace, toPointer } from './mapping-file.js';
import { findPath } from './path-text.js';

/** An imported field of a mapping and what it leads to. */
export interface ResolvedField {
  /** Position in `Mapping.fields`. */
  readonly index: number;
  readonly mapped: MappedField;
  readonly target: FieldPath;
  /** Own fields of the entity that it sets. */
  readonly sets: readonly string[];
}

export interface Problem {
  readonly number: Parameters<typeof mappingError>[0];
  readonly detail: string;
  readonly hint?: string;
  /** The key: `fields[2].field`. */
  readonly where: string;
}

/** What the field leads to, or the problem with it. */
export function resolveField(
  catalog: Catalog,
  entity: Entity,
  mapped: MappedField,
  index: number,
): ResolvedField | Problem | undefined {
  const where = `fields[${index}].field`;
  const path = findPath(mapped.field);
  if (!path) {
    return {
      number: 104,
      where,
      detail: `'${mapped.field}' is not a path`,
      hint: 'Write a field (sku), or relations and a field (brand.name).',
    };
  }
  const found = followPath(catalog, entity, path);
  if ('wrong' in found) {
    return {
      number: 202,
      where,
      detail: found.wrong,
      ...(found.hint === undefined ? {} : { hint: found.hint }),
    };
  }
  if ('relation' in found) {
    if (!isImported(mapped)) return undefined;
    return {
      number: 203,
      where,
      detail: `${mapped.field} is a whole record, which only an export writes`,
      hint: 'Add direction: export.',
    };
  }
  const [first] = found.relations;
  return { index, mapped, target: found, sets: first ? first.fields : [found.field.name] };
}

/** Imported fields that can't be written. What identifies a record may be read-only: it is only compared. */
export function readOnlyProblem(
  entity: Entity,
  { mapped, sets, index }: ResolvedField,
  identity: readonly string[],
): Problem | undefined {
  const field = entity.fields.find((candidate) => candidate.readOnly && sets.includes(candidate.name));
  if (!field || sets.every((name) => identity.includes(name))) return undefined;
  const why = field.generated === undefined ? 'is read-only' : 'is computed by PostgreSQL';
  return {
    number: 203,
    where: `fields[${index}].field`,
    detail: `${mapped.field} can't be imported: ${field.name} ${why}`,
    hint: 'Add direction: export, or leave the field out.',
  };
}

/** Two imported fields that set the same: the same path, or a reference by key and by name. */
export function clashProblem(a: ResolvedField, b: ResolvedField): Problem | undefined {
  const same = a.target.path.join('\0') === b.target.path.join('\0');
  const [ofA, ofB] = [a.target.relations[0]?.name, b.target.relations[0]?.name];
  const bothSet = b.sets.find((name) => a.sets.includes(name));
  if (!same && (bothSet === undefined || (ofA !== undefined && ofA === ofB))) return undefined;
  return {
    number: 204,
    where: `fields[${b.index}].field`,
    detail: same
      ? `${b.mapped.field} is set twice`
      : `${a.mapped.field} and ${b.mapped.field} both set ${bothSet}`,
    hint: 'Keep one of them, or give one direction: export.',
  };
}

/** Records can only be created behind a relation, in a table that can be written. */
export function createProblem(
  catalog: Catalog,
  { mapped, target, index }: ResolvedField,
): Problem | undefined {
  if (mapped.create !== true) return undefined;
  const where = `fields[${index}].create`;
  if (target.relations.length === 0) {
    return {
      number: 207,
      where,
      detail: `${mapped.field} leads over no relation, so there is nothing to create`,
    };
  }
  const closed = target.relations
    .map((relation) => catalog.entities.get(relation.entity))
    .find((entity) => entity && !entity.writable);
  if (!closed) return undefined;
  return {
    number: 207,
    where,
    detail: `Records of ${closed.name} can't be created: ${closed.readOnlyReason ?? 'it is read-only'}`,
  };
}

/** The problem as an error that points at its line. */
export function toError(mapping: Mapping, place: MappingPlace, problem: Problem): DovetailError {
  return mappingError(problem.number, {
    detail: `${problem.detail}.`,
    ...(problem.hint === undefined ? {} : { hint: problem.hint }),
    pointer: { entity: mapping.entity, ...toPointer(place, problem.where) },
  });
}

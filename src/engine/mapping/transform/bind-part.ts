// A part of a mapping, bound: what finds its owner, where its records come from, which column of theirs fills which field.
import type { Catalog, Entity } from '../../catalog/catalog.js';
import { type BoundTarget, findColumn, toCreated } from '../bind-mapping.js';
import type { MappedPart, Mapping } from '../mapping.js';
import type { ResolvedField } from '../mapping-problems.js';
import { findPartRelation, type PartRelation } from '../part-relation.js';
import { bindFields, compileWhen, type Sayings, toPartError } from './bind-fields.js';
import type { CelExpression } from './cel-expression.js';
import { type ColumnPattern, findPattern } from './column-pattern.js';
import type { FieldProgram } from './field-program.js';

export interface BoundPart {
  /** Name of the relation. */
  readonly name: string;
  readonly part: MappedPart;
  readonly relation: PartRelation;
  /** In the columns of the part's batches: first what identifies the owner, then the fields. */
  readonly targets: readonly BoundTarget[];
  readonly create: readonly string[];
  readonly identity: readonly string[];
  /** Columns of the owner's batch whose cells stand first in each row. */
  readonly owner: readonly number[];
  readonly programs: readonly FieldProgram[];
  readonly when: CelExpression | undefined;
  readonly pattern: ColumnPattern | undefined;
  /** The column of the list. */
  readonly each: number | undefined;
  /** Columns of which one must have a value: of a row, or by what a placeholder met. */
  readonly needed: readonly number[];
  readonly neededBy: readonly (readonly number[])[];
}

export interface PartRequest extends Sayings {
  readonly catalog: Catalog;
  readonly entity: Entity;
  readonly name: string;
  readonly part: MappedPart;
  readonly owner: readonly OwnerTarget[];
  readonly columns: readonly string[];
  readonly mapping: Mapping;
  readonly empty: BoundTarget['empty'];
}

export function bindPart(request: PartRequest): BoundPart {
  const { catalog, entity, name, part, owner, columns, mapping, empty, place, warnings, spellings } = request;
  const where = `many.${name}`;
  const relation = findPartRelation(catalog, entity, name, part);
  if ('detail' in relation) throw toPartError(relation.number, relation, place, `${where}${relation.key}`);
  const owned = owner.filter((target) => target.column !== undefined);
  const pattern =
    part.each === undefined && part.rows !== true
      ? findPattern(
          columns,
          part.fields.flatMap((field) => (field.column === undefined ? [] : [field.column])),
        )
      : undefined;
  const context = { columns, part: true, ...(pattern ? { pattern } : {}) };
  const resolved = relation.resolved;
  const fields = bindFields(resolved, `${where}.fields`, context, part.empty ?? empty, owned.length, {
    place,
    warnings,
    spellings,
  });
  const back = owner.map((target): BoundTarget => {
    const source =
      target.column === undefined ? { constant: target.constant! } : { column: owned.indexOf(target) };
    return { path: [relation.back, ...target.path], source, empty: 'leave' };
  });
  const filled = new Set((mapping.fill ?? []).flatMap((column) => findColumn(columns, column) ?? []));
  const plain = fields.programs.flatMap(({ copies, column }) =>
    Array.isArray(copies) || column === undefined || filled.has(column) ? [] : [column],
  );
  return {
    name,
    part,
    relation,
    targets: [...back, ...fields.targets],
    create: toCreated(resolved),
    identity: relation.identity,
    owner: owned.map((target) => target.column!),
    programs: fields.programs,
    when: compileWhen(part.when, `${where}.when`, columns, place),
    pattern,
    each: part.each && findColumn(columns, part.each.column),
    needed: plain,
    neededBy: (pattern?.met ?? []).map((_, i) =>
      part.fields.flatMap((field) =>
        field.column === undefined ? [] : (pattern!.columnsOf(field.column)[i] ?? []),
      ),
    ),
  };
}

export interface OwnerTarget {
  readonly path: readonly string[];
  readonly column?: number;
  readonly constant?: string | null;
}

/** What finds the record again for the records that belong to it. */
export function findOwnerTargets(
  identity: readonly string[],
  resolved: readonly ResolvedField[],
  targets: readonly BoundTarget[],
): readonly OwnerTarget[] {
  const sets = (target: BoundTarget): readonly string[] =>
    resolved.find((field) => field.target.path === target.path)?.sets ?? [];
  const own = targets.filter((target) => sets(target).some((name) => identity.includes(name)));
  const covered = new Set(own.flatMap(sets));
  if (identity.length === 0 || !identity.every((name) => covered.has(name))) return [];
  return own.map(({ path, source }) => ({
    path,
    ...('column' in source ? { column: source.column } : { constant: source.constant }),
  }));
}

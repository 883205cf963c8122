// A mapping that does more than pass columns on, compiled against the catalog and the columns of a source.
import type { DovetailError } from '../../../foundation/errors/dovetail-error.js';
import type { Catalog, Entity } from '../../catalog/catalog.js';
import { findEntity } from '../../catalog/entity-finder.js';
import {
  type BindOptions,
  type BoundMapping,
  type BoundTarget,
  findColumn,
  findVagueReferences,
  toCreated,
} from '../bind-mapping.js';
import { checkMapping, resolveIdentity, resolveMapping } from '../check-mapping.js';
import { checkJsonata, JsonataProblem } from '../documents/reshaper.js';
import type { MappedPart, Mapping } from '../mapping.js';
import { mappingError } from '../mapping-errors.js';
import { type MappingPlace, toPointer } from '../mapping-file.js';
import type { ResolvedField } from '../mapping-problems.js';
import { isErrorColumn } from '../match/match-rules.js';
import { findPartRelation, type PartRelation } from '../part-relation.js';
import { type CelExpression, CelProblem, compileCel } from './cel-expression.js';
import { type ColumnPattern, findPattern } from './column-pattern.js';
import { compileField, FieldProblem, type FieldProgram } from './field-program.js';

export interface BoundTransform extends BoundMapping {
  readonly mapping: Mapping;
  /** Columns of the source, all of them. */
  readonly columns: readonly string[];
  /** One column of the mapped batches each; the targets name them by position. */
  readonly programs: readonly FieldProgram[];
  readonly when: CelExpression | undefined;
  readonly rows: { readonly key: number; readonly most: number } | undefined;
  readonly fill: readonly number[];
  readonly parts: readonly BoundPart[];
}

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

export interface TransformOptions extends BindOptions {
  /** Fields by which the records are matched, if the caller says so. */
  readonly identity?: readonly string[];
}

const MOST_ROWS = 1_000;

/** Throws the first problem of the mapping (MAPPING-2xx), and 301 for a column that is missing though it is needed. */
export function bindTransform(
  mapping: Mapping,
  catalog: Catalog,
  columns: readonly string[],
  options: TransformOptions = {},
): BoundTransform {
  const place = options.place ?? { lines: new Map() };
  const [problem] = checkMapping(mapping, catalog, place);
  if (problem) throw problem;
  if (mapping.documents) checkDocuments(mapping.documents.jsonata, place);
  const entity = findEntity(catalog, mapping.entity);
  const { resolved } = resolveMapping(mapping, catalog, entity);
  const warnings: string[] = [];
  const context = { columns, part: false };
  const empty = mapping.empty ?? options.empty ?? 'leave';
  const root = bindFields(resolved, 'fields', context, empty, 0, { place, warnings });
  if (root.targets.length === 0) {
    throw mappingError(302, {
      detail: `None of the columns (${columns.slice(0, 20).join(', ')}) fits a field of ${mapping.entity}.`,
      pointer: { entity: mapping.entity },
    });
  }
  const identity = options.identity ?? resolveIdentity(mapping, entity).fields;
  const owner = findOwnerTargets(identity, resolved, root.targets);
  const parts = Object.entries(mapping.many ?? {}).map(([name, part]) =>
    bindPart({ catalog, entity, name, part, owner, columns, mapping, empty, place, warnings }),
  );
  const named = [
    ...root.programs.flatMap((program) => usedColumns(program, columns)),
    ...parts.flatMap((part) => [
      ...part.programs.flatMap((program) => usedColumns(program, columns)),
      ...(part.each === undefined ? [] : [part.each]),
    ]),
  ];
  const used = new Set(named);
  const ignored = new Set(mapping.ignore ?? []);
  return {
    mapping,
    columns,
    entity: entity.name,
    ...root,
    ...(mapping.identity ? { identity } : {}),
    ...(mapping.strategy ? { strategy: mapping.strategy } : {}),
    ...(mapping.onDuplicate ? { onDuplicate: mapping.onDuplicate } : {}),
    create: toCreated(resolved),
    unmatched: columns.filter((column, i) => !used.has(i) && !ignored.has(column) && !isErrorColumn(column)),
    warnings: [
      ...warnings,
      ...findVagueReferences(catalog, resolved),
      ...parts.flatMap((part) => findVagueReferences(catalog, part.relation.resolved)),
    ],
    when: compileWhen(mapping.when, 'when', columns, place),
    rows: mapping.rows && {
      key: needColumn(mapping.rows.key, 'rows.key', columns, place),
      most: mapping.rows.most ?? MOST_ROWS,
    },
    fill: (mapping.fill ?? []).map((name, i) => needColumn(name, `fill[${i}]`, columns, place)),
    parts,
  };
}

function checkDocuments(expression: string, place: MappingPlace): void {
  try {
    checkJsonata(expression);
  } catch (error) {
    if (!(error instanceof JsonataProblem)) throw error;
    throw toPartError(209, { detail: error.message }, place, 'documents.jsonata');
  }
}

interface BoundFields {
  readonly targets: readonly BoundTarget[];
  readonly programs: readonly FieldProgram[];
}

interface Sayings {
  readonly place: MappingPlace;
  readonly warnings: string[];
}

/** `offset`: how many columns the mapped batch has before those of the fields. */
function bindFields(
  resolved: readonly ResolvedField[],
  where: string,
  context: Parameters<typeof compileField>[1],
  empty: BoundTarget['empty'],
  offset: number,
  { place, warnings }: Sayings,
): BoundFields {
  const programs: FieldProgram[] = [];
  const targets = resolved.flatMap(({ mapped, target, index }): readonly BoundTarget[] => {
    const about = { path: target.path, empty: mapped.empty ?? empty };
    if (mapped.value !== undefined) return [{ ...about, source: { constant: mapped.value } }];
    try {
      programs.push(compileField(mapped, context));
    } catch (error) {
      if (!(error instanceof FieldProblem)) throw error;
      // A column that is missing may be meant to be: other files of the same kind have it.
      if (error.kind !== 'missing' || error.key !== 'column')
        throw toFieldError(error, place, `${where}[${index}]`);
      if (mapped.default !== undefined) return [{ ...about, source: { constant: mapped.default } }];
      warnings.push(`${error.message} for ${mapped.field}.`);
      return [];
    }
    const fallback = mapped.default === undefined ? {} : { fallback: mapped.default };
    return [{ ...about, source: { column: offset + programs.length - 1 }, ...fallback }];
  });
  return { targets, programs };
}

interface PartRequest extends Sayings {
  readonly catalog: Catalog;
  readonly entity: Entity;
  readonly name: string;
  readonly part: MappedPart;
  readonly owner: readonly OwnerTarget[];
  readonly columns: readonly string[];
  readonly mapping: Mapping;
  readonly empty: BoundTarget['empty'];
}

function bindPart(request: PartRequest): BoundPart {
  const { catalog, entity, name, part, owner, columns, mapping, empty, place, warnings } = request;
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

interface OwnerTarget {
  readonly path: readonly string[];
  readonly column?: number;
  readonly constant?: string | null;
}

/** What finds the record again for the records that belong to it. */
function findOwnerTargets(
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

const usedColumns = (program: FieldProgram, columns: readonly string[]): readonly number[] => [
  ...patternColumns(program.mapped.column, columns),
  ...(program.column === undefined ? [] : [program.column]),
  ...(Array.isArray(program.copies) ? program.copies.filter((column) => column !== undefined) : []),
  ...[...program.names, ...(program.mapped.columns ?? [])].flatMap((name) => findColumn(columns, name) ?? []),
];

const patternColumns = (column: string | undefined, columns: readonly string[]): readonly number[] =>
  column === undefined
    ? []
    : (findPattern(columns, [column])?.columnsOf(column) ?? []).filter((found) => found !== undefined);

function compileWhen(
  text: string | undefined,
  key: string,
  columns: readonly string[],
  place: MappingPlace,
): CelExpression | undefined {
  if (text === undefined) return undefined;
  try {
    const expression = compileCel(text, { value: false });
    for (const name of expression.columns) needColumn(name, key, columns, place);
    if (expression.type === 'bool' || expression.type === 'dyn') return expression;
    throw new CelProblem(
      `a condition is true or false, this is a ${expression.type}`,
      'Compare it: row["Type"] == "simple".',
    );
  } catch (error) {
    if (!(error instanceof CelProblem)) throw error;
    throw toPartError(
      209,
      { detail: error.message, ...(error.hint ? { hint: error.hint } : {}) },
      place,
      key,
    );
  }
}

function needColumn(name: string, key: string, columns: readonly string[], place: MappingPlace): number {
  const found = findColumn(columns, name);
  if (found !== undefined) return found;
  throw toPartError(301, { detail: `The source has no column ${name}` }, place, key);
}

function toFieldError(error: FieldProblem, place: MappingPlace, where: string): DovetailError {
  const number = error.kind === 'expression' ? 209 : error.kind === 'source' ? 212 : 301;
  const about = { detail: error.message, ...(error.hint === undefined ? {} : { hint: error.hint }) };
  return toPartError(number, about, place, `${where}.${error.key}`);
}

function toPartError(
  number: Parameters<typeof mappingError>[0],
  about: { readonly detail: string; readonly hint?: string },
  place: MappingPlace,
  where: string,
): DovetailError {
  return mappingError(number, {
    detail: `${about.detail}.`,
    ...(about.hint === undefined ? {} : { hint: about.hint }),
    pointer: { ...toPointer(place, where), field: where },
  });
}

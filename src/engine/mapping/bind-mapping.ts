// A mapping fitted to one source: which column fills which field. What comes out is what the write path takes.
import { mergeSpellings, type ValueSpelling } from '../../foundation/cells/value-spelling.js';
import { didYouMean, toPlainWord } from '../../foundation/errors/did-you-mean.js';
import type { Catalog, Entity } from '../catalog/catalog.js';
import { findEntity } from '../catalog/entity-finder.js';
import { checkMapping, resolveIdentity, resolveMapping } from './check-mapping.js';
import type { DuplicateRule, EmptyRule, MappedField, Mapping, MappingStrategy } from './mapping.js';
import { mappingError } from './mapping-errors.js';
import { type MappingPlace, toPointer } from './mapping-file.js';
import type { ResolvedField } from './mapping-problems.js';
import { isErrorColumn, isExampleMark } from './match/match-rules.js';
import { toPathText } from './path-text.js';

/** One thing the source sets. The same shape as the write path's target, which this room may not know. */
export interface BoundTarget {
  readonly path: readonly string[];
  readonly source: { readonly column: number } | { readonly constant: string | null };
  readonly empty: EmptyRule;
  readonly fallback?: string;
  readonly spelling?: ValueSpelling;
}

export interface BoundMapping {
  readonly entity: string;
  /** In the order of the mapping. */
  readonly targets: readonly BoundTarget[];
  /** Absent: the mapping leaves it to the entity. */
  readonly identity?: readonly string[];
  readonly strategy?: MappingStrategy;
  readonly onDuplicate?: DuplicateRule;
  /** Dotted names of relations whose missing records are created: `category`, `category.parent`. */
  readonly create: readonly string[];
  /** Columns of the source that the mapping neither uses nor ignores. */
  readonly unmatched: readonly string[];
  /** In plain words, for the user. */
  readonly warnings: readonly string[];
}

export interface BindOptions {
  /** For fields and mappings that say nothing about empty cells. Default `leave`. */
  readonly empty?: EmptyRule;
  /** True: columns that the source lacks are a warning, because later records may bring them (JSON). Default false. */
  readonly lenient?: boolean;
  readonly place?: MappingPlace;
  /** What the run says of values: it wins over the mapping as a whole, never over a field of it. */
  readonly spelling?: ValueSpelling;
  /** What was detected, by column of the source: counts where nobody said anything. */
  readonly detected?: Readonly<Record<string, ValueSpelling>>;
}

/**
 * Fits the mapping to the source's columns. A column is found by its name, else by the only one that differs in case
 * and separators alone. Throws the first problem of the mapping (MAPPING-2xx), 301 for a column that is missing, 302 if
 * nothing is left to import.
 */
export function bindMapping(
  mapping: Mapping,
  catalog: Catalog,
  columns: readonly string[],
  options: BindOptions = {},
): BoundMapping {
  const place = options.place ?? { lines: new Map() };
  const [problem] = checkMapping(mapping, catalog, place);
  if (problem) throw problem;
  const entity = findEntity(catalog, mapping.entity);
  const { resolved } = resolveMapping(mapping, catalog, entity);
  const used = new Set<number>();
  const warnings: string[] = [];
  const targets = resolved.flatMap((field): readonly BoundTarget[] => {
    const source = findSource(field.mapped, columns);
    if (source && 'column' in source) used.add(source.column);
    if (source) return [toTarget(field, source, mapping, options, columns)];
    if (options.lenient !== true) throw missingColumn(field, columns, place);
    warnings.push(`The source has no column ${field.mapped.column} for ${field.mapped.field}.`);
    return [];
  });
  if (targets.length === 0) throw nothingBound(mapping, columns);
  const ignored = new Set(mapping.ignore ?? []);
  return {
    entity: entity.name,
    targets,
    ...(mapping.identity ? { identity: resolveIdentity(mapping, entity).fields } : {}),
    ...(mapping.strategy ? { strategy: mapping.strategy } : {}),
    ...(mapping.onDuplicate ? { onDuplicate: mapping.onDuplicate } : {}),
    create: toCreated(resolved),
    unmatched: columns.filter(
      (column, i) => !used.has(i) && !ignored.has(column) && !isErrorColumn(column) && !isExampleMark(column),
    ),
    warnings: [...warnings, ...findVagueReferences(catalog, resolved)],
  };
}

type Source = BoundTarget['source'];

function findSource(mapped: MappedField, columns: readonly string[]): Source | undefined {
  if (mapped.column === undefined) return { constant: mapped.value ?? null };
  const column = findColumn(columns, mapped.column);
  if (column !== undefined) return { column };
  return mapped.default === undefined ? undefined : { constant: mapped.default };
}

/** The column of that name, else the only one that differs from it in case and separators alone. */
export function findColumn(columns: readonly string[], name: string): number | undefined {
  const exact = columns.indexOf(name);
  if (exact >= 0) return exact;
  const plain = toPlainWord(name);
  const alike = columns.flatMap((column, i) => (plain !== '' && toPlainWord(column) === plain ? [i] : []));
  return alike.length === 1 ? alike[0] : undefined;
}

function toTarget(
  field: ResolvedField,
  source: Source,
  mapping: Mapping,
  options: BindOptions,
  columns: readonly string[],
): BoundTarget {
  const { mapped } = field;
  const detected = 'column' in source ? options.detected?.[columns[source.column]!] : undefined;
  const spelling =
    'column' in source
      ? mergeSpellings(mapped.spelling, options.spelling, mapping.spelling, detected)
      : undefined;
  return {
    path: field.target.path,
    source,
    empty: mapped.empty ?? mapping.empty ?? options.empty ?? 'leave',
    ...(mapped.default === undefined || 'constant' in source ? {} : { fallback: mapped.default }),
    ...(spelling === undefined ? {} : { spelling }),
  };
}

export function toCreated(resolved: readonly ResolvedField[]): readonly string[] {
  const names = resolved
    .filter((field) => field.mapped.create === true)
    .flatMap(({ target: { path } }) => path.slice(1).map((_, i) => path.slice(0, i + 1).join('.')));
  return [...new Set(names)];
}

/** Not an error: it may well be that no two records share the values. Rows that fit several fail, by name. */
export function findVagueReferences(catalog: Catalog, resolved: readonly ResolvedField[]): readonly string[] {
  const groups = new Map<string, { readonly depth: number; readonly fields: ResolvedField[] }>();
  for (const field of resolved) {
    field.target.relations.forEach((_, i) => {
      const prefix = toPathText(field.target.path.slice(0, i + 1));
      const group = groups.get(prefix);
      if (group) group.fields.push(field);
      else groups.set(prefix, { depth: i + 1, fields: [field] });
    });
  }
  return [...groups.values()].flatMap(({ depth, fields }) => {
    const relation = fields[0]!.target.relations[depth - 1]!;
    const entity = catalog.entities.get(relation.entity)!;
    const given = new Set(fields.flatMap((field) => setBelow(entity, field.target.path, depth)));
    if (entity.uniqueKeys.some((key) => key.fields.every((name) => given.has(name)))) return [];
    const words = [...given].join(' and ');
    return [`${entity.label} is not unique by ${words}: rows that fit several records fail.`];
  });
}

function setBelow(entity: Entity, path: readonly string[], depth: number): readonly string[] {
  const step = path[depth]!;
  if (path.length === depth + 1) return [step];
  return entity.relations.find((relation) => relation.kind === 'one' && relation.name === step)?.fields ?? [];
}

function missingColumn(field: ResolvedField, columns: readonly string[], place: MappingPlace) {
  const { column = '' } = field.mapped;
  const near = didYouMean(column, columns);
  const has =
    columns.length <= 40
      ? `The source has: ${columns.join(', ')}.`
      : `The source has ${columns.length} other columns.`;
  return mappingError(301, {
    detail: `The source has no column ${column}, which the mapping gives to ${field.mapped.field}.`,
    hint: near === undefined ? has : `Did you mean ${near}?`,
    pointer: { ...toPointer(place, `fields[${field.index}].column`), column },
  });
}

function nothingBound(mapping: Mapping, columns: readonly string[]) {
  return mappingError(302, {
    detail: `None of the columns (${columns.slice(0, 20).join(', ')}) fits a field of ${mapping.entity}.`,
    hint: 'Check the delimiter and the header line, or give a mapping.',
    pointer: { entity: mapping.entity },
  });
}

// A mapping that does more than pass columns on, compiled against the catalog and the columns of a source.
import type { Catalog } from '../../catalog/catalog.js';
import { findEntity } from '../../catalog/entity-finder.js';
import {
  type BindOptions,
  type BoundMapping,
  findColumn,
  findVagueReferences,
  toCreated,
} from '../bind-mapping.js';
import { checkMapping, resolveIdentity, resolveMapping } from '../check-mapping.js';
import { checkJsonata, JsonataProblem } from '../documents/reshaper.js';
import type { Mapping } from '../mapping.js';
import { mappingError } from '../mapping-errors.js';
import type { MappingPlace } from '../mapping-file.js';
import { isErrorColumn } from '../match/match-rules.js';
import { bindFields, compileWhen, needColumn, toPartError } from './bind-fields.js';
import { type BoundPart, bindPart, findOwnerTargets } from './bind-part.js';
import type { CelExpression } from './cel-expression.js';
import { findPattern } from './column-pattern.js';
import type { FieldProgram } from './field-program.js';

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
  const spellings = { run: options.spelling, mapping: mapping.spelling, detected: options.detected };
  const sayings = { place, warnings, spellings };
  const root = bindFields(resolved, 'fields', context, empty, 0, sayings);
  if (root.targets.length === 0) {
    throw mappingError(302, {
      detail: `None of the columns (${columns.slice(0, 20).join(', ')}) fits a field of ${mapping.entity}.`,
      pointer: { entity: mapping.entity },
    });
  }
  const identity = options.identity ?? resolveIdentity(mapping, entity).fields;
  const owner = findOwnerTargets(identity, resolved, root.targets);
  const parts = Object.entries(mapping.many ?? {}).map(([name, part]) =>
    bindPart({ catalog, entity, name, part, owner, columns, mapping, empty, ...sayings }),
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

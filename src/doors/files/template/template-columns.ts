// What a template asks for: exactly the columns that an import of it would use, with what is known of each.
import {
  type Catalog,
  describeAccepted,
  describeType,
  type Entity,
  type Field,
  resolvePath,
} from '../../../engine/catalog/index.js';
import type { ColumnGuide } from '../../../engine/formats/table-format.js';
import {
  findPath,
  isImported,
  type Mapping,
  matchColumns,
  toExportMapping,
} from '../../../engine/mapping/index.js';
import { DovetailError } from '../../../foundation/errors/dovetail-error.js';
import type { Database } from '../../../foundation/postgres/database.js';
import { findAllowedValues } from './allowed-values.js';
import { EXAMPLE_ROWS, toExample } from './example-values.js';

export interface TemplateColumn extends ColumnGuide {
  readonly header: string;
  /** Absent where a mapping leads to something else than one field. */
  readonly path?: readonly string[];
  readonly field?: Field;
  /** Values of the example rows. */
  readonly examples: readonly (string | null)[];
}

/** The columns of an entity that an import writes or finds records by; those named in `fields` if given. */
export function listTemplateHeaders(
  catalog: Catalog,
  entity: Entity,
  wish: { readonly fields?: readonly string[]; readonly mapping?: Mapping; readonly nested: boolean },
): readonly { readonly header: string; readonly path: readonly string[] | undefined }[] {
  if (wish.mapping) {
    return wish.mapping.fields
      .filter((field) => field.column !== undefined && isImported(field))
      .map(({ column, field }) => ({ header: column!, path: findPath(field) }));
  }
  const { nested, fields } = wish;
  const mapping = toExportMapping(catalog, entity, { nested, full: false, ...(fields ? { fields } : {}) });
  const headers = mapping.fields.map(({ column }) => column!);
  return matchColumns(catalog, entity, headers).matched.map(({ column, path }) => ({ header: column, path }));
}

export async function describeTemplateColumn(
  database: Database,
  catalog: Catalog,
  entity: Entity,
  { header, path }: { readonly header: string; readonly path: readonly string[] | undefined },
): Promise<TemplateColumn> {
  const found = path && findTarget(catalog, entity, path);
  if (!path || !found) return { header, required: false, says: header, examples: [null, null] };
  const { field } = found;
  const values = await findAllowedValues(database, catalog, entity, path);
  const required = isRequired(entity, path);
  const { type } = field;
  const range = type.array ? undefined : RANGES[type.base];
  return {
    header,
    path,
    field,
    required,
    says: sayColumn(entity, path, field),
    ...(values ? { values } : {}),
    ...(type.length === undefined || type.array ? {} : { length: type.length }),
    ...(range ? { range } : {}),
    examples: Array.from({ length: EXAMPLE_ROWS }, (_, row) => {
      const listed = values?.list;
      return listed ? listed[row % listed.length]! : path.length > 1 ? null : toExample(field, row);
    }),
  };
}

/** A spreadsheet's own check of whole numbers is only sure where it keeps all their digits. */
const RANGES: Readonly<Record<string, ColumnGuide['range']>> = {
  int2: { least: '-32768', most: '32767' },
  int4: { least: '-2147483648', most: '2147483647' },
};

function findTarget(
  catalog: Catalog,
  entity: Entity,
  path: readonly string[],
): { readonly field: Field } | undefined {
  try {
    const { field } = resolvePath(catalog, entity, path);
    return field && { field };
  } catch (error) {
    if (error instanceof DovetailError) return undefined;
    throw error;
  }
}

function isRequired(entity: Entity, path: readonly string[]): boolean {
  const needed = (field: Field | undefined): boolean =>
    field !== undefined && !field.nullable && field.default === undefined && field.generated === undefined;
  const named = (name: string) => entity.fields.find((field) => field.name === name);
  if (path.length === 1) return needed(named(path[0]!));
  const relation = entity.relations.find(({ kind, name }) => kind === 'one' && name === path[0]);
  return relation?.fields.some((name) => needed(named(name))) ?? false;
}

function sayColumn(entity: Entity, path: readonly string[], field: Field): string {
  const relation = path.length > 1 ? entity.relations.find(({ name }) => name === path[0]) : undefined;
  const parts = [
    relation ? `${relation.label}, by its ${field.label}.` : `${field.label}.`,
    field.description ?? '',
    `${describeAccepted(field.type)}.`,
  ];
  return parts.filter((part) => part !== '').join(' ');
}

/** In words, for the sheet that explains the columns. */
export const FIELD_COLUMNS = ['Column', 'Required', 'What it is', 'Type', 'Takes', 'Choices', 'Example'];

export function toFieldRow(entity: Entity, column: TemplateColumn): readonly (string | null)[] {
  const { header, required, path, field, values, examples } = column;
  if (!path || !field) return [header, 'no', null, null, null, null, null];
  const relation = path.length > 1 ? entity.relations.find(({ name }) => name === path[0]) : undefined;
  const choices = values
    ? `${values.list.slice(0, 8).join(', ')}${values.list.length > 8 ? ` … (${values.list.length})` : ''}`
    : null;
  return [
    header,
    required ? 'yes' : 'no',
    [
      relation ? `${relation.label} (${relation.entity}), by its ${field.label}` : field.label,
      field.description,
    ]
      .filter((part) => part !== undefined)
      .join(': '),
    describeType(field.type),
    describeAccepted(field.type),
    choices,
    examples[0] ?? null,
  ];
}

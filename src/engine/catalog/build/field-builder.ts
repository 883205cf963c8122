// Columns as fields, indexes as keys, checks as checks.
import type { Check, Entity, Field, UniqueKey } from '../catalog.js';
import type { RawColumn } from '../introspect/raw-schema.js';
import { toDefaultExpression } from '../overrides/default-expression.js';
import type { FieldOverride } from '../overrides/entity-override.js';
import { toFileRule } from '../overrides/file-rule.js';
import { toSearches } from './field-search.js';
import { findDomainDefault, refusesNull, type Types, toFieldType } from './field-type.js';
import { toLabel } from './name-words.js';
import type { VisibleTable } from './visible-tables.js';

/** The fields: those an override names first, then the others in column order. */
export function toFields(table: VisibleTable, types: Types): readonly Field[] {
  const searches = toSearches(table.searches);
  const fields = table.columns.map((column) => {
    const field = toField(column, types, table.override.fields?.[column.name] ?? {}, table.name);
    const search = searches.get(column.name);
    return search === undefined ? field : { ...field, search };
  });
  const first = table.override.order ?? [];
  const place = (field: Field) => {
    const index = first.indexOf(field.name);
    return index < 0 ? first.length : index;
  };
  return fields.sort((a, b) => place(a) - place(b));
}

function toField(column: RawColumn, types: Types, override: FieldOverride, entity: string): Field {
  const type = toFieldType(column, types);
  const generated = toGenerated(column);
  const why = whyReadOnly(column, override);
  const description = override.description ?? column.comment?.trim();
  const byOverride = override.default !== undefined;
  const expression = byOverride
    ? toDefaultExpression(override.default, type, { entity, field: column.name })
    : (column.default ?? (generated === undefined ? findDomainDefault(column, types) : undefined));
  return {
    name: column.name,
    label: override.label ?? toLabel(column.name),
    header: override.header ?? column.name,
    ...(description ? { description } : {}),
    type,
    nullable: isNullable(column, types),
    ...(expression === undefined ? {} : { default: expression }),
    ...(byOverride ? { defaultByOverride: true } : {}),
    ...(generated === undefined ? {} : { generated }),
    readOnly: why !== undefined,
    ...(why === undefined ? {} : { readOnlyReason: why }),
    ...(override.file && { file: toFileRule(override.file, type, { entity, field: column.name }) }),
  };
}

export function isNullable(column: RawColumn, types: Types): boolean {
  return !column.notNull && !refusesNull(column, types);
}

function toGenerated(column: RawColumn): 'stored' | 'always' | 'byDefault' | undefined {
  if (column.generated !== '') return 'stored';
  if (column.identity === 'a') return 'always';
  return column.identity === 'd' ? 'byDefault' : undefined;
}

function whyReadOnly(column: RawColumn, override: FieldOverride): string | undefined {
  if (column.generated !== '') return 'PostgreSQL computes it from other fields';
  if (column.identity === 'a') return 'PostgreSQL numbers it, always';
  if (override.readOnly === true) return 'the configuration makes it read-only';
  return column.insert || column.update ? undefined : 'the database role may not write it';
}

export function toUniqueKeys(table: VisibleTable, types: Types): readonly UniqueKey[] {
  const columns = new Map(table.columns.map((column) => [column.name, column]));
  return table.keys.map((key) => ({
    name: key.name,
    fields: key.columns,
    primary: key.primary,
    total:
      key.nullsNotDistinct ||
      key.columns.every((name) => {
        const column = columns.get(name)!;
        return !column.notNullUnchecked && !isNullable(column, types);
      }),
    immediate: key.immediate,
  }));
}

export function toChecks(table: VisibleTable): readonly Check[] {
  return table.checks.map(({ name, expression, columns }) => ({ name, expression, fields: columns }));
}

/** Whether the role and the overrides leave anything to write, and what. */
export function toWritability(table: VisibleTable): Pick<Entity, 'writable' | 'readOnlyReason' | 'rights'> {
  const { kind, insert, update } = table.relation;
  const rights = { insert, update, delete: table.relation.delete };
  const reason =
    kind === 'v'
      ? 'it is a view'
      : kind === 'm'
        ? 'it is a materialized view'
        : table.override.readOnly === true
          ? 'the configuration makes it read-only'
          : !insert && !update
            ? 'the database role may neither insert nor update'
            : undefined;
  return reason === undefined
    ? { writable: true, rights }
    : { writable: false, readOnlyReason: reason, rights };
}

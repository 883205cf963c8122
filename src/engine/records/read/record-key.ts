// A record's key as one text: what addresses, batch results and cursors call it by.
import { ident } from '../../../foundation/postgres/sql-text.js';
import type { Entity, Field } from '../../catalog/catalog.js';
import { checkValue } from './filter-value.js';
import { readError } from './read-errors.js';
import type { ValueSql } from './value-sql.js';

const keyFields = new WeakMap<Entity, readonly Field[] | undefined>();

/** The fields of the primary key, else of a key that tells every record apart; undefined where there is none, as of most views. */
export function findKeyFields(entity: Entity): readonly Field[] | undefined {
  // Asked several times for each request; an entity never changes.
  if (!keyFields.has(entity)) keyFields.set(entity, firstKey(entity));
  return keyFields.get(entity);
}

function firstKey(entity: Entity): readonly Field[] | undefined {
  const known = (names: readonly string[]): readonly Field[] | undefined => {
    const fields = names.flatMap((name) => entity.fields.find((field) => field.name === name) ?? []);
    return fields.length === names.length && fields.length > 0 ? fields : undefined;
  };
  const keys = [entity.primaryKey, ...entity.uniqueKeys.filter((key) => key.total).map((key) => key.fields)];
  for (const names of keys) {
    const fields = names && known(names);
    if (fields) return fields;
  }
  return undefined;
}

/**
 * The key of the record that stands under `alias`, as an expression of text: the parts of several fields joined by commas, with `~`
 * written `~0` and `,` written `~1` in them. Without a key it is a digest of the whole record: equal records are one.
 */
export function keySql(entity: Entity, alias: string): string {
  const fields = findKeyFields(entity);
  if (!fields) return `md5(${ident(alias)}::text)`;
  return keyTextSql(fields.map((field) => ident(alias, field.name)));
}

/** The same of the columns that hold the key; NULL if one of them is. */
export function keyTextSql(columns: readonly string[]): string {
  if (columns.length === 1) return `${columns[0]}::text`;
  return columns.map((sql) => `replace(replace(${sql}::text, '~', '~0'), ',', '~1')`).join(" || ',' || ");
}

/** The values of the key's fields, in order; undefined if the text has another number of parts. */
export function fromKeyText(text: string, count: number): readonly string[] | undefined {
  if (count === 1) return [text];
  const parts = text.split(',').map((part) => part.replaceAll('~1', ',').replaceAll('~0', '~'));
  return parts.length === count ? parts : undefined;
}

export function toKeyText(values: readonly string[]): string {
  if (values.length === 1) return values[0]!;
  return values.map((value) => value.replaceAll('~', '~0').replaceAll(',', '~1')).join(',');
}

/** The condition that the record under `alias` has the key. Throws READ-206 for a text that is no key of the entity. */
export function hasKeySql(entity: Entity, alias: string, key: string, value: ValueSql): string {
  const fields = findKeyFields(entity);
  if (!fields) return `md5(${ident(alias)}::text) = ${value(key)}`;
  const values = fromKeyText(key, fields.length);
  if (!values) throw noKey(entity, key);
  return fields
    .map((field, i) => {
      try {
        checkValue(field, [field.name], values[i]!);
      } catch {
        throw noKey(entity, key);
      }
      const column = ident(alias, field.name);
      return field.type.comparable && CERTAIN.has(field.type.base)
        ? `${column} = ${value(values[i]!)}`
        : `${column}::text = ${value(values[i]!)}`;
    })
    .join(' and ');
}

/** Types whose every text is judged before it reaches the server; others are compared as texts, so that none is an error. */
const CERTAIN = new Set(['int2', 'int4', 'int8', 'numeric', 'text', 'varchar', 'uuid', 'bool']);

function noKey(entity: Entity, key: string) {
  return readError(206, {
    detail: `There is no ${entity.name} '${key.length > 60 ? `${key.slice(0, 60)}…` : key}'.`,
    pointer: { entity: entity.name },
  });
}

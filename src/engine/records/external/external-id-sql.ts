// Ids of records in another system, as parts of statements: from a record to its id there, and from an id to the record.
import { ident, literal } from '../../../foundation/postgres/sql-text.js';
import type { Entity, Field } from '../../catalog/catalog.js';
import { readError } from '../read/read-errors.js';
import { findKeyFields, hasKeySql, keySql } from '../read/record-key.js';
import type { ValueSql } from '../read/value-sql.js';

/** Before an own id, where ids are those of another system that has none for the record. No id of a system begins so. */
export const OWN_MARK = '~';

/** A text that a system may call a record by. */
export const isExternalId = (id: string): boolean =>
  id !== '' && !id.startsWith(OWN_MARK) && id.length <= 255 && !/\0|\p{Surrogate}/u.test(id);

/** The id of the record with the key, an expression of text: that of the system, else its own with the mark; NULL without a key. */
export const externalIdSql = (system: string, entity: Entity, key: string): string =>
  `coalesce((select x.external_id from ${idsOf(system, entity)} and x.key = ${key}), '${OWN_MARK}' || ${key})`;

/** Whether the record under `alias` has an id in the system. */
export const hasExternalIdSql = (system: string, entity: Entity, alias: string): string =>
  `exists (select from ${idsOf(system, entity)} and x.key = ${keySql(entity, alias)})`;

/** The condition that the record under `alias` is the one of that id, which may be an own one with the mark. Throws READ-206. */
export function isExternalSql(
  system: string,
  entity: Entity,
  alias: string,
  id: string,
  value: ValueSql,
): string {
  if (id.startsWith(OWN_MARK)) return hasKeySql(entity, alias, id.slice(OWN_MARK.length), value);
  if (!isExternalId(id)) {
    throw readError(206, {
      detail: `There is no ${entity.name} '${id.slice(0, 60)}'.`,
      pointer: { entity: entity.name },
    });
  }
  const wanted = value(id);
  const stored = (part: string): string =>
    `(select ${part} from ${idsOf(system, entity)} and x.external_id = ${wanted})`;
  return isStoredSql(entity, alias, 'x.key', stored);
}

/**
 * The condition that the record under `alias` has the key that `key`, an expression of text, gives. It is asked so that an index
 * answers it; a key of other types than the table has by now is no error, but that of no record.
 */
export function isStoredSql(
  entity: Entity,
  alias: string,
  key: string,
  found: (part: string) => string = (part) => part,
): string {
  const fields = findKeyFields(entity);
  if (!fields) return `${keySql(entity, alias)} = ${found(key)}`;
  return fields
    .map((field, i) => {
      const part =
        fields.length === 1
          ? key
          : `replace(replace(split_part(${key}, ',', ${i + 1}), '~1', ','), '~0', '~')`;
      return comparedSql(field, ident(alias, field.name), part, found);
    })
    .join(' and ');
}

function comparedSql(field: Field, column: string, part: string, found: (part: string) => string): string {
  const { base, comparable, array } = field.type;
  const known = comparable && !array ? TYPES[base] : undefined;
  if (known === undefined) return `${column}::text = ${found(part)}`;
  const [type, pattern] = known;
  return `${column} = ${found(`case when ${part} ~ '${pattern}' then (${part})::${type} end`)}`;
}

/** Types of keys, what they are compared as, and the texts that are surely of that type. */
const INTEGER = ['int8', '^-?\\d{1,18}$'] as const;
const TYPES: Readonly<Record<string, readonly [type: string, pattern: string]>> = {
  int2: INTEGER,
  int4: INTEGER,
  int8: INTEGER,
  numeric: ['numeric', '^-?\\d{1,1000}(\\.\\d{1,1000})?$'],
  uuid: ['uuid', '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'],
  text: ['text', ''],
  varchar: ['text', ''],
};

const idsOf = (system: string, { name }: Entity): string =>
  `dovetail.external_ids x where x.system = ${literal(system)} and x.entity = ${literal(name)}`;

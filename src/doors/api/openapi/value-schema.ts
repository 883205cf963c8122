// What a field's values look like in an answer, as JSON Schema: PostgreSQL makes the JSON, so its types decide.
import { describeType, type Field, type FieldType } from '../../../engine/catalog/index.js';
import type { ComponentStore } from './component-store.js';
import { orNull, type Schema, toComponentName } from './json-schema.js';

/** Of types that PostgreSQL writes as a text, and whose form JSON Schema or the registry of OpenAPI has a name for. */
const TEXTS: Readonly<Record<string, Schema>> = {
  text: {},
  varchar: {},
  bpchar: {},
  citext: {},
  name: {},
  uuid: { format: 'uuid' },
  date: { format: 'date' },
  timestamptz: { format: 'date-time' },
  timestamp: { format: 'date-time-local' },
  time: { format: 'time-local' },
  timetz: { format: 'time' },
  bytea: { pattern: '^\\\\x([0-9a-f]{2})*$' },
  xml: { contentMediaType: 'application/xml' },
};

/** Others that it writes as a text too; what an extension brings may be written as anything. */
const OTHER_TEXTS =
  /^(interval|money|inet|cidr|macaddr8?|bit|varbit|tsvector|tsquery|point|line|lseg|box|path|polygon|circle|oid|xid8?|cid|tid|reg\w+|pg_lsn|char|jsonpath)$/;

const NUMBERS: Readonly<Record<string, Schema>> = {
  int2: { type: 'integer', minimum: -32_768, maximum: 32_767 },
  int4: { type: 'integer', format: 'int32' },
  int8: { type: 'integer', format: 'int64' },
};

const LENGTH_OF_CHARACTERS = new Set(['text', 'varchar', 'bpchar', 'citext']);
/** Whose form no keyword says: then words do. */
const SAID_BY_KEYWORDS = /^(text|varchar|citext|name|uuid|date|timestamptz|bool|int[248])$/;

/** The schema of an attribute, with what people call it, and whether it can be written. */
export function toFieldSchema(components: ComponentStore, field: Field): Schema {
  const value = toValueSchema(components, field.type);
  const schema = isNullable(field) ? orNull(value) : value;
  const type =
    SAID_BY_KEYWORDS.test(field.type.base) && !field.type.array ? undefined : describeType(field.type);
  const words = [field.description, field.type.labels === undefined ? type : undefined].filter(Boolean);
  return {
    ...schema,
    ...(field.label === field.name ? {} : { title: field.label }),
    ...(words.length === 0 ? {} : { description: words.join(' — ') }),
    ...(isReadOnly(field) ? { readOnly: true } : {}),
  };
}

export const isNullable = ({ nullable, type }: Field): boolean =>
  nullable && !(type.domain?.notNull ?? false);

export const isReadOnly = ({ readOnly, generated }: Field): boolean =>
  readOnly || generated === 'always' || generated === 'stored';

export function toValueSchema(components: ComponentStore, type: FieldType): Schema {
  if (type.array)
    return { type: 'array', items: orNull(toValueSchema(components, { ...type, array: false })) };
  if (type.labels !== undefined) {
    const { labels, base } = type;
    return {
      ...components.refer('schemas', toEnumName(type), () => ({ type: 'string', title: base, enum: labels })),
    };
  }
  if (type.kind === 'composite') return { type: 'object' };
  if (type.kind !== 'base') return { type: 'string' };
  return toBaseSchema(components, type);
}

function toBaseSchema(components: ComponentStore, { base, length, precision }: FieldType): Schema {
  const text = TEXTS[base];
  if (text !== undefined) {
    const longest = LENGTH_OF_CHARACTERS.has(base) && length !== undefined ? { maxLength: length } : {};
    return { type: 'string', ...text, ...longest };
  }
  const number = NUMBERS[base];
  if (number !== undefined) return number;
  if (base === 'bool') return { type: 'boolean' };
  if (base === 'numeric' && precision !== undefined) return { type: 'number' };
  if (['numeric', 'float4', 'float8'].includes(base)) {
    // PostgreSQL has them where JSON hasn't.
    return {
      ...components.refer('schemas', 'api.any-number', () => ({
        anyOf: [{ type: 'number' }, { type: 'string', enum: ['NaN', 'Infinity', '-Infinity'] }],
      })),
    };
  }
  return OTHER_TEXTS.test(base) ? { type: 'string' } : {};
}

/** By type and labels: two schemas may have an enum of one name. */
const toEnumName = (type: FieldType): string => `api.enum.${toComponentName(type.sql.replace(/\[\]$/, ''))}`;

// A value in PostgreSQL's text form as `row_to_json` writes it, where that can be told from the text alone.
import type { FieldType } from '../../../engine/catalog/index.js';

/** JSON text of a value that is not NULL. */
export type JsonWriter = (text: string) => string;

const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

const numberText: JsonWriter = (text) => (NUMBER.test(text) ? text : JSON.stringify(text));
const boolText: JsonWriter = (text) => (text === 't' || text === 'true' ? 'true' : 'false');
const plainText: JsonWriter = (text) => JSON.stringify(text);
const infinite = (text: string): boolean => text === 'infinity' || text === '-infinity';
const momentText: JsonWriter = (text) => JSON.stringify(infinite(text) ? text : text.replace(' ', 'T'));
/** `2026-11-28 02:38:25.5+01` is `2026-11-28T02:38:25.5+01:00`. */
const zonedText: JsonWriter = (text) =>
  JSON.stringify(infinite(text) ? text : text.replace(' ', 'T').replace(/([+-]\d\d)( BC)?$/, '$1:00$2'));

const WRITERS: Readonly<Record<string, JsonWriter>> = {
  bool: boolText,
  int2: numberText,
  int4: numberText,
  int8: numberText,
  float4: numberText,
  float8: numberText,
  numeric: numberText,
  timestamptz: zonedText,
  timestamp: momentText,
  json: (text) => text,
  jsonb: (text) => text,
};

/** Types whose JSON is their text in quotes. Of others, PostgreSQL is asked: some have a cast to json of their own. */
const TEXTS = new Set(
  'text varchar bpchar name char uuid date time timetz interval inet cidr macaddr macaddr8 bytea bit varbit money oid xml tsvector tsquery point line lseg box path polygon circle pg_lsn citext int4range int8range numrange tsrange tstzrange daterange'.split(
    ' ',
  ),
);

/** Undefined for types that only PostgreSQL turns into JSON: arrays, composites, those of extensions. */
export function findJsonWriter(type: FieldType): JsonWriter | undefined {
  if (type.array || type.kind === 'composite' || type.kind === 'pseudo') return undefined;
  if (type.kind === 'enum') return plainText;
  if (Object.hasOwn(WRITERS, type.base)) return WRITERS[type.base];
  return TEXTS.has(type.base) ? plainText : undefined;
}

// Which encoder a field's type has, and what of its values only PostgreSQL can judge.
import type { FieldType } from '../../../catalog/catalog.js';
import type { CellEncoder } from './cell-encoder.js';
import { encodeJson, encodeJsonArray, encodeJsonString, scalarEncoder } from './json-encoder.js';
import { floatEncoder, integerEncoder, numericEncoder } from './number-encoder.js';
import { encodeBoolean, encodeBytea, encodeUuid, enumEncoder } from './plain-encoders.js';
import { encodeText, paddedTextEncoder, textEncoderOfLength } from './text-encoder.js';
import { encodeDate, timeEncoder, timestampEncoder } from './time-encoder.js';

export interface FieldEncoder {
  /** For cells of kind `text`, from sources without types. */
  readonly text: CellEncoder;
  /** For cells of kind `text` from sources with types (a JSON string). */
  readonly string: CellEncoder;
  /** For cells of kind `json`. */
  readonly json: CellEncoder;
  /** For constants and defaults, where `text` reads a source's own spelling; absent: `text`. */
  readonly plain?: CellEncoder;
  /** True if the empty text is a value of the type. */
  readonly textual: boolean;
  /** True if the empty string of a source with types is: to JSON it is a string like any other. */
  readonly blankString: boolean;
  /** How many times longer than the cell the written value may be. */
  readonly growth: number;
  /** True if only the server can say whether the value is one of the type: it is staged as text and tried there. */
  readonly uncertain: boolean;
  /** True if equal values are always written in equal bytes, so that they may tell rows apart before the server sees them. */
  readonly canonical: boolean;
}

/** The encoder of a type. Every type has one: what is not known here goes through as text and is judged by the server. */
export function encoderFor(type: FieldType): FieldEncoder {
  // A domain's own checks, arrays, composites and ranges have rules that only the server knows.
  const textual = !type.array && (TEXTUAL.has(type.base) || (type.labels?.includes('') ?? false));
  const uncertain = {
    text: encodeText,
    string: encodeText,
    textual,
    blankString: textual,
    growth: 8,
    uncertain: true,
    canonical: false,
  };
  if (type.array) return { ...uncertain, json: encodeJsonArray };
  const text = type.kind === 'enum' ? enumEncoder(type.labels ?? [], encodeText) : BASE[type.base]?.(type);
  if (text === undefined || type.kind === 'composite') return { ...uncertain, json: encodeText };
  const isJson = type.base === 'json' || type.base === 'jsonb';
  return {
    text,
    string: isJson ? encodeJsonString : text,
    json: isJson ? text : scalarEncoder(text),
    textual,
    blankString: textual || isJson,
    growth: isJson ? 8 : 2,
    uncertain: (type.domain?.checks.length ?? 0) > 0,
    canonical:
      CANONICAL.has(type.base) && type.deterministic && (type.base !== 'bpchar' || type.length !== undefined),
  };
}

const TEXTUAL = new Set(
  'text varchar bpchar citext name char varbit tsvector tsquery xml ltree lquery hstore int2vector oidvector'.split(
    ' ',
  ),
);

/** Types whose encoders write equal values in equal bytes. An enum is written as its label. */
const CANONICAL = new Set([
  'int2',
  'int4',
  'int8',
  'oid',
  'text',
  'varchar',
  'bpchar',
  'bool',
  'uuid',
  'date',
]);

const encodeTime = timeEncoder(false);
const encodeTimestamp = timestampEncoder(false);

const BASE: Readonly<Record<string, (type: FieldType) => CellEncoder>> = {
  int2: () => integerEncoder(-32_768n, 32_767n),
  int4: () => integerEncoder(-2_147_483_648n, 2_147_483_647n),
  int8: () => integerEncoder(-9_223_372_036_854_775_808n, 9_223_372_036_854_775_807n),
  oid: () => integerEncoder(0n, 4_294_967_295n),
  numeric: (type) => numericEncoder(type.precision, type.scale),
  float4: () => floatEncoder(Math.fround),
  float8: () => floatEncoder((value) => value),
  text: () => encodeText,
  citext: () => encodeText,
  varchar: (type) => (type.length === undefined ? encodeText : textEncoderOfLength(type.length)),
  bpchar: (type) => (type.length === undefined ? encodeText : paddedTextEncoder(type.length)),
  bool: () => encodeBoolean,
  uuid: () => encodeUuid,
  bytea: () => encodeBytea,
  json: () => encodeJson,
  jsonb: () => encodeJson,
  date: () => encodeDate,
  timestamp: () => encodeTimestamp,
  timestamptz: () => timestampEncoder(true),
  time: () => encodeTime,
  timetz: () => timeEncoder(true),
};

// Typical values for a field, as PostgreSQL writes them. They are made from its type and name, never taken from a record: a file
// that goes round among people must not carry somebody's data by surprise.
import type { Field, FieldType } from '../../../engine/catalog/index.js';

/** How many example rows a template has. */
export const EXAMPLE_ROWS = 2;

const PLAIN: Readonly<Record<string, readonly [string, string]>> = {
  int2: ['1', '2'],
  int4: ['1', '2'],
  int8: ['1', '2'],
  float4: ['1.5', '2.5'],
  float8: ['1.5', '2.5'],
  bool: ['true', 'false'],
  date: ['2026-01-31', '2026-12-01'],
  timestamp: ['2026-01-31 08:30:00', '2026-12-01 17:00:00'],
  timestamptz: ['2026-01-31 08:30:00+00', '2026-12-01 17:00:00+00'],
  time: ['08:30:00', '17:00:00'],
  timetz: ['08:30:00+00', '17:00:00+00'],
  interval: ['P1D', 'PT2H'],
  uuid: ['00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002'],
  json: ['{"key": "value"}', '{"key": "other"}'],
  jsonb: ['{"key": "value"}', '{"key": "other"}'],
  inet: ['192.0.2.1', '192.0.2.2'],
  cidr: ['192.0.2.0/24', '198.51.100.0/24'],
  bytea: ['\\x00ff', '\\x01'],
};

/** Words in a field's name that say what its texts look like. Domains and numbers are those reserved for examples. */
const SPOKEN: readonly (readonly [RegExp, readonly [string, string]])[] = [
  [/e?mail/i, ['one@example.com', 'two@example.com']],
  [/phone|mobile|^fax/i, ['+1 555 0100', '+1 555 0101']],
  [/url|website|homepage|link$/i, ['https://example.com/1', 'https://example.com/2']],
  [/(^|_)(sku|code|number|no|nr|ref|ean|gtin)$/i, ['EX-1', 'EX-2']],
];

/** The value of the field in the example row `row` (from 0); null where nothing safe can be made up. */
export function toExample(field: Field, row: number): string | null {
  const { type } = field;
  if (type.array) {
    const one = exampleOf({ ...type, array: false }, field, row);
    return one === null || /[{}",\\\s]/.test(one) ? null : `{${one}}`;
  }
  return exampleOf(type, field, row);
}

function exampleOf(type: FieldType, field: Field, row: number): string | null {
  const { labels, base } = type;
  if (labels && labels.length > 0) return labels[row % labels.length]!;
  if (type.kind !== 'base' && type.kind !== 'enum') return null;
  if (base === 'numeric') return toNumber(type, row);
  if (base === 'bit' || base === 'varbit') return '0'.repeat(type.length ?? 1);
  const plain = PLAIN[base];
  if (plain) return plain[row % plain.length]!;
  if (!/^(text|varchar|bpchar|citext|name)$/.test(base)) return null;
  const spoken = SPOKEN.find(([words]) => words.test(field.name))?.[1];
  return toLength(spoken?.[row % spoken.length] ?? `${field.label} ${row + 1}`, type.length, row);
}

function toNumber({ precision, scale = 0 }: FieldType, row: number): string {
  if (precision === undefined) return `${row + 1}.5`;
  const whole = precision > scale ? String(row + 1) : '0';
  return scale > 0 ? `${whole}.${'5'.padEnd(scale, '0')}` : whole;
}

/** A short text keeps its number at the end, so that the rows differ. */
function toLength(text: string, length: number | undefined, row: number): string {
  if (length === undefined || text.length <= length) return text;
  const number = String(row + 1);
  return `${text.slice(0, Math.max(0, length - number.length)).trimEnd()}${number}`.slice(0, length);
}

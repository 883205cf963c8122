// Types in words: what they are, and what an import takes for them.
import type { FieldType } from './catalog.js';

const NAMES: Readonly<Record<string, string>> = {
  int2: 'whole number',
  int4: 'whole number',
  int8: 'whole number',
  float4: 'floating point number',
  float8: 'floating point number',
  bool: 'yes or no',
  text: 'text',
  varchar: 'text',
  bpchar: 'text of fixed length',
  citext: 'text, upper and lower case alike',
  name: 'text',
  date: 'date',
  timestamp: 'date and time',
  timestamptz: 'moment in time',
  time: 'time of day',
  timetz: 'time of day with zone',
  interval: 'span of time',
  uuid: 'UUID',
  json: 'JSON',
  jsonb: 'JSON',
  bytea: 'binary data',
  money: 'amount of money',
  xml: 'XML',
  inet: 'network address',
  cidr: 'network',
  bit: 'bits',
  varbit: 'bits',
  tsvector: 'search document',
};

const ACCEPTED: Readonly<Record<string, string>> = {
  int2: 'whole numbers from -32768 to 32767',
  int4: 'whole numbers from -2147483648 to 2147483647',
  int8: 'whole numbers from -9223372036854775808 to 9223372036854775807',
  float4: 'numbers with a decimal point, also 1e5, NaN and Infinity; about 6 digits are kept',
  float8: 'numbers with a decimal point, also 1e5, NaN and Infinity; about 15 digits are kept',
  bool: 'true, yes, on, t, y, 1 or false, no, off, f, n, 0',
  date: 'dates, best as 2026-12-31',
  timestamp: 'dates with time, best as 2026-12-31 23:59:59',
  timestamptz: 'dates with time and zone, best as 2026-12-31 23:59:59+01; without a zone that of the session',
  time: 'times, best as 23:59:59',
  timetz: 'times with zone, best as 23:59:59+01',
  interval: 'spans, such as P1DT2H or 1 day 2 hours',
  uuid: 'UUIDs, such as 00000000-0000-4000-8000-000000000000',
  json: 'JSON text',
  jsonb: 'JSON text',
  bytea: 'hexadecimal digits after \\x',
  money: "amounts, written as the database's locale does",
  xml: 'XML text',
  inet: 'addresses, such as 192.0.2.1 or 2001:db8::1/64',
  cidr: 'networks, such as 192.0.2.0/24',
  tsvector: "search documents in PostgreSQL's form",
};

/** `text, up to 40 characters`, `number, 10 digits, 2 of them decimals`, `list of one of: a, b`. */
export function describeType(type: FieldType): string {
  const one = describeOne(type);
  return type.array ? `list of: ${one}` : one;
}

function describeOne(type: FieldType): string {
  if (type.labels !== undefined) return `one of: ${type.labels.join(', ')}`;
  if (type.base === 'numeric') {
    if (type.precision === undefined) return 'number';
    const scale = type.scale ?? 0;
    return scale > 0
      ? `number, ${type.precision} digits, ${scale} of them decimals`
      : `number, ${type.precision} digits`;
  }
  const unit = type.base === 'bit' || type.base === 'varbit' ? 'bits' : 'characters';
  const bound = type.base === 'bpchar' || type.base === 'bit' ? '' : 'up to ';
  const length = type.length === undefined ? '' : `, ${bound}${type.length} ${unit}`;
  if (type.kind === 'composite') return `composite ${type.base}`;
  if (type.kind === 'range' || type.kind === 'multirange') return `${type.kind} ${type.base}`;
  return `${NAMES[type.base] ?? type.base}${length}`;
}

/** What a cell may hold so that the import takes it. */
export function describeAccepted(type: FieldType): string {
  if (type.array)
    return `a PostgreSQL list such as {a,b}, in JSON an array; each: ${describeOneAccepted(type)}`;
  const conditions = type.domain?.checks ?? [];
  const base = describeOneAccepted(type);
  return conditions.length === 0 ? base : `${base}; ${type.domain!.name} demands ${conditions.join(' and ')}`;
}

function describeOneAccepted(type: FieldType): string {
  if (type.labels !== undefined) return `one of ${type.labels.join(', ')}, spelled exactly so`;
  if (type.base === 'numeric') {
    if (type.precision === undefined) return 'numbers with a decimal point, exact at any length';
    const scale = type.scale ?? 0;
    const before = type.precision - scale;
    return `numbers with at most ${before} digits before the decimal point; rounded to ${scale} after it`;
  }
  if (type.kind === 'composite') return "composites in PostgreSQL's form, such as (a,b)";
  if (type.kind === 'range') return "ranges in PostgreSQL's form, such as [1,5)";
  if (type.kind === 'multirange') return "ranges in PostgreSQL's form, such as {[1,5),[7,9)}";
  if (type.base === 'bit') return `exactly ${type.length ?? 1} digits 0 or 1`;
  if (type.base === 'varbit') return 'digits 0 or 1';
  if (type.length !== undefined) return `text of at most ${type.length} characters`;
  return (
    ACCEPTED[type.base] ??
    (/^(text|varchar|bpchar|citext|name)$/.test(type.base)
      ? 'any text'
      : `what PostgreSQL takes for ${type.base}`)
  );
}

// Faults of encoders in words a clerk understands.
import type { ValueSpelling } from '../../../../foundation/cells/value-spelling.js';
import type { FieldType } from '../../../catalog/catalog.js';
import { Fault } from './cell-encoder.js';
import { spellingHint } from './spelling-hint.js';

export interface FaultText {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

const RANGES: Readonly<Record<string, string>> = {
  int2: 'from -32768 to 32767',
  int4: 'from -2147483648 to 2147483647',
  int8: 'from -9223372036854775808 to 9223372036854775807',
  float4: 'up to about 3.4e38, with an exponent of -37 at least',
  float8: 'up to about 1.8e308, with an exponent of -307 at least',
};

const rangeHint = ({ base, sql }: FieldType): string =>
  base in RANGES ? `Allowed: ${RANGES[base]}.` : `Give a value that ${sql} can hold.`;

const TEXTS: Readonly<Record<number, (type: FieldType, value: string) => FaultText>> = {
  [Fault.integer]: (_, value) => ({
    code: 'RECORDS-201',
    message: 'is not a whole number',
    hint: /^-?\d+[.,]\d+$/.test(value.trim())
      ? 'This field takes no decimals.'
      : 'Write a whole number in digits: 1234.',
  }),
  [Fault.number]: (_, value) => ({
    code: 'RECORDS-202',
    message: 'is not a number',
    hint: /^-?[\d.' ]*\d,\d+$/.test(value.trim())
      ? 'Write decimals with a point: 1234.50.'
      : 'Write digits, with a point before decimals: 1234.50.',
  }),
  [Fault.range]: (type) => ({
    code: 'RECORDS-203',
    message: `is out of the range of ${type.sql}`,
    hint: rangeHint(type),
  }),
  [Fault.precision]: (type) => ({
    code: 'RECORDS-203',
    message: `is too large for ${type.sql}`,
    hint: `At most ${(type.precision ?? 0) - (type.scale ?? 0)} digits before the point.`,
  }),
  [Fault.length]: (type, value) => ({
    code: 'RECORDS-204',
    message: `is too long: ${[...value].length} characters, ${type.length} are allowed`,
    hint: `Shorten it to ${type.length} characters.`,
  }),
  [Fault.boolean]: () => ({
    code: 'RECORDS-205',
    message: 'is not true or false',
    hint: 'Write true or false (also yes/no, 1/0).',
  }),
  [Fault.date]: () => ({
    code: 'RECORDS-206',
    message: 'is not a date',
    hint: 'Write dates as YYYY-MM-DD: 2026-11-23.',
  }),
  [Fault.timestamp]: () => ({
    code: 'RECORDS-207',
    message: 'is not a point in time',
    hint: 'Write 2026-11-23 14:30:00, with an offset such as +01:00 where it matters.',
  }),
  [Fault.time]: () => ({
    code: 'RECORDS-208',
    message: 'is not a time of day',
    hint: 'Write 14:30 or 14:30:15.',
  }),
  [Fault.uuid]: () => ({
    code: 'RECORDS-209',
    message: 'is not a UUID',
    hint: 'Write 32 hexadecimal digits: 123e4567-e89b-12d3-a456-426614174000.',
  }),
  [Fault.json]: () => ({
    code: 'RECORDS-210',
    message: 'is not valid JSON',
    hint: 'Write JSON: an object such as {"a": 1}, a list, a number, or a text in double quotes.',
  }),
  [Fault.bytea]: () => ({
    code: 'RECORDS-211',
    message: 'is not binary data',
    hint: 'Write it in hexadecimal: \\xDEADBEEF.',
  }),
  [Fault.label]: (type, value) => {
    const labels = type.labels ?? [];
    const close = labels.find((label) => label.toLowerCase() === value.trim().toLowerCase());
    return {
      code: 'RECORDS-212',
      message: 'is not one of the allowed values',
      hint: close
        ? `Did you mean \`${close}\`?`
        : `Allowed: ${labels.slice(0, 12).join(', ')}${labels.length > 12 ? ', …' : ''}.`,
    };
  },
  [Fault.nested]: () => ({
    code: 'RECORDS-213',
    message: 'is an object or a list where a single value is expected',
    hint: 'Give one value, or let a mapping take the one that is meant.',
  }),
};

/** What is wrong with the value, to be put after "price: 'abc' ". */
export function faultText(
  fault: number,
  type: FieldType,
  value: string,
  spelling?: ValueSpelling,
): FaultText {
  const text = TEXTS[fault]!(type, value);
  const hint = spellingHint(fault, value, spelling);
  return hint === undefined ? text : { ...text, hint };
}

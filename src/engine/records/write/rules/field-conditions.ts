// The conditions of a field rule, each a plain function from a value in PostgreSQL's text form to what is wrong with it.
import { didYouMean } from '../../../../foundation/errors/did-you-mean.js';
import type { Entity, Field } from '../../../catalog/catalog.js';
import type { FieldRule } from '../../../catalog/overrides/entity-rules.js';
import { recordsError } from '../../records-errors.js';
import { encoderFor } from '../encode/field-encoder.js';
import { isMoment, isNumber, orderAgainst } from './compared-value.js';
import { encodeValue } from './encoded-value.js';
import type { Complaint } from './ruling.js';

type Condition = (value: string) => Complaint | undefined;

const MOST_LISTED = 10;

/** In the order in which they are judged. Throws RECORDS-109 for a bound that doesn't fit the field's type. */
export function conditionsOf(entity: Entity, field: Field, rule: FieldRule): readonly Condition[] {
  const { min, max, oneOf, maxLength } = rule;
  return [
    ...(oneOf === undefined ? [] : [isOneOf(oneOf)]),
    ...(maxLength === undefined ? [] : [isAtMostLong(maxLength)]),
    ...(min === undefined ? [] : [isWithin(entity, field, rule, min, -1)]),
    ...(max === undefined ? [] : [isWithin(entity, field, rule, max, 1)]),
  ];
}

function isOneOf(allowed: readonly string[]): Condition {
  const known = new Set(allowed);
  return (value) => {
    if (known.has(value)) return undefined;
    const close = didYouMean(value, allowed);
    const listed = allowed.slice(0, MOST_LISTED).join(', ');
    return {
      words: 'is not one of the allowed values',
      hint:
        close === undefined
          ? `Allowed: ${listed}${allowed.length > MOST_LISTED ? ', …' : ''}.`
          : `Did you mean '${close}'?`,
    };
  };
}

function isAtMostLong(most: number): Condition {
  return (value) => {
    // Never more characters than UTF-16 units.
    if (value.length <= most) return undefined;
    const length = [...value].length;
    return length <= most
      ? undefined
      : {
          words: `is too long: ${length} characters, ${most} are allowed`,
          hint: `Shorten it to ${most} characters.`,
        };
  };
}

/** `side` is the side of the bound on which a value must not lie; NaN lies on both. */
function isWithin(
  entity: Entity,
  field: Field,
  rule: FieldRule,
  bound: number | string,
  side: -1 | 1,
): Condition {
  const text = toBound(entity, field, rule, bound);
  const order = orderAgainst(text, field.type);
  const comparison = isNumber(field.type)
    ? side < 0
      ? 'is less than'
      : 'is more than'
    : side < 0
      ? 'is before'
      : 'is after';
  return (value) => {
    const lies = order(value);
    return lies === undefined || lies * side > 0
      ? { words: `${comparison} ${text}`, hint: `Allowed: ${side < 0 ? 'from' : 'up to'} ${text}.` }
      : undefined;
  };
}

const OFFSET = /(?:Z|[+-]\d\d(?::?\d\d)*)(?: BC)?$|^-?infinity$/i;

function toBound(entity: Entity, field: Field, rule: FieldRule, bound: number | string): string {
  const refuse = (why: string, hint?: string) =>
    recordsError(109, {
      detail: `The rule ${rule.name} of ${entity.name}.${field.name} can't be judged: ${why}.`,
      ...(hint === undefined ? {} : { hint }),
      pointer: { entity: entity.name, field: field.name },
    });
  if (isNumber(field.type)) {
    if (String(bound).trim() === '' || Number.isNaN(Number(bound)))
      throw refuse(`'${bound}' is not a number`, 'Write digits, with a point before decimals.');
    return String(bound).trim();
  }
  if (!isMoment(field.type))
    throw refuse(
      `min and max need a field that is a number, a date or a time, and this is ${field.type.sql}`,
      'Write the rule as a function.',
    );
  const encoded = encodeValue(encoderFor({ ...field.type, array: false }), String(bound));
  if (typeof encoded === 'number' || typeof bound === 'number')
    throw refuse(`'${bound}' is no ${field.type.sql}`, 'Write it as PostgreSQL does: 2026-11-23, 14:30:00.');
  // Without an offset the same rule would mean different things in different sessions.
  if (
    field.type.base.endsWith('tz') &&
    !(OFFSET.test(encoded) && (/:/.test(encoded) || /infinity/.test(encoded)))
  )
    throw refuse(`'${bound}' has no time with an offset`, 'Write it whole: 2026-11-23 00:00:00+00.');
  return encoded;
}

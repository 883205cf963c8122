// Values of conditions, held against the type of the field before they reach SQL.
import type { Field, FieldType } from '../../catalog/catalog.js';
import { faultText } from '../write/encode/fault-text.js';
import { encoderFor } from '../write/encode/field-encoder.js';
import { readError } from './read-errors.js';

/** Words that PostgreSQL takes for a point in time. */
const TIME_WORDS = /^(?:now|today|yesterday|tomorrow|epoch|-?infinity)$/i;

/** Throws READ-202 if no value of the field's type is written so. Longer or more exact values than the field holds are fine. */
export function checkValue(field: Field, path: readonly string[], value: string): void {
  if (value.includes('\0')) throw unfit(path, value, 'holds a NUL byte');
  const { domain: _domain, length: _length, precision: _precision, scale: _scale, ...type } = field.type;
  if (/^(?:date|timestamp)/.test(type.base) && TIME_WORDS.test(value.trim())) return;
  const encoder = encoderFor(type);
  if (encoder.uncertain) return;
  const bytes = Buffer.from(value);
  const fault = encoder.text(bytes, 0, bytes.length, Buffer.alloc(bytes.length * encoder.growth + 64), 0);
  if (fault >= 0) return;
  const { message, hint } = faultText(fault, type as FieldType, value);
  throw unfit(path, value, message, hint);
}

function unfit(path: readonly string[], value: string, message: string, hint?: string) {
  const field = path.join('.');
  const shown = value.length > 60 ? `${value.slice(0, 60)}…` : value;
  return readError(202, {
    detail: `${field}: '${shown}' ${message}.`,
    ...(hint === undefined ? {} : { hint }),
    pointer: { field },
  });
}

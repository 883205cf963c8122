// A constant of the configuration as an SQL expression of the field's type.
import { literal } from '../../../foundation/postgres/sql-text.js';
import type { FieldType } from '../catalog.js';
import { catalogError } from '../catalog-errors.js';
import type { Constant } from './entity-override.js';

/** `'draft'::public.status`, `NULL::text`. Throws CATALOG-203 for a constant that can't be of that type. */
export function toDefaultExpression(
  constant: Constant | undefined,
  type: FieldType,
  at: { readonly entity: string; readonly field: string },
): string {
  const text = toText(constant ?? null, type, at);
  return `${text === null ? 'NULL' : literal(text)}::${type.sql}`;
}

function toText(
  constant: Constant,
  type: FieldType,
  at: { readonly entity: string; readonly field: string },
): string | null {
  if (constant === null) return null;
  const isJson = (type.base === 'json' || type.base === 'jsonb') && !type.array;
  if (typeof constant === 'object') {
    if (isJson) return JSON.stringify(constant);
    if (type.array && Array.isArray(constant)) return toArrayText(constant);
    throw misfit(at, `a ${Array.isArray(constant) ? 'list' : 'object'} is no value of type ${type.sql}`);
  }
  if (type.array && typeof constant !== 'string')
    throw misfit(at, `${constant} is no value of type ${type.sql}`);
  if (type.labels !== undefined && !type.array && !type.labels.includes(String(constant))) {
    throw misfit(
      at,
      `'${constant}' is not among the values of ${type.sql}`,
      `It has: ${type.labels.join(', ')}.`,
    );
  }
  // A text is taken in PostgreSQL's own form, also for json; other constants are the same there and here.
  return String(constant);
}

// Every element quoted, so that none is read as NULL, a brace or a delimiter.
function toArrayText(elements: readonly Constant[]): string {
  const parts = elements.map((element) => {
    if (element === null) return 'NULL';
    if (Array.isArray(element)) return toArrayText(element);
    const text = typeof element === 'object' ? JSON.stringify(element) : String(element);
    return `"${text.replace(/["\\]/g, '\\$&')}"`;
  });
  return `{${parts.join(',')}}`;
}

function misfit(at: { readonly entity: string; readonly field: string }, says: string, hint?: string) {
  return catalogError(203, {
    detail: `entities.${at.entity}.fields.${at.field}.default: ${says}.`,
    pointer: at,
    ...(hint === undefined ? {} : { hint }),
  });
}

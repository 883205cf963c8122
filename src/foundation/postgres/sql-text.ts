// Names and values inside SQL text. Values go by parameters; these two are for what can't be a parameter.
import { lazyLibrary } from '../lifecycle/lazy-library.js';

const pg = lazyLibrary<typeof import('pg')>('pg');

/** A quoted name: `ident('order')` is `"order"`; several parts are joined by dots. */
export function ident(...parts: readonly string[]): string {
  return parts.map((part) => pg().escapeIdentifier(part)).join('.');
}

/** A quoted string constant. */
export function literal(value: string): string {
  return pg().escapeLiteral(value);
}

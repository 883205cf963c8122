// Which records are meant: conditions as plain data, the same for the CLI's text, the API's parameters and saved views.

/**
 * `contains`, `starts_with` and `ends_with` overlook case; on an array `contains` asks for an element.
 * `exists`: there is a value (or a related record). `empty`: there is none, or it is the empty text or array.
 * `search`: words that an index finds, as people write them for search engines: `drill -cordless "half inch"`, `or`.
 * A condition always holds or doesn't: `neq` and `nin` hold where there is no value, the others don't.
 */
export const FILTER_OPERATORS = [
  'eq',
  'neq',
  'lt',
  'lte',
  'gt',
  'gte',
  'in',
  'nin',
  'contains',
  'starts_with',
  'ends_with',
  'exists',
  'empty',
  'search',
] as const;
export type FilterOperator = (typeof FILTER_OPERATORS)[number];

export interface Condition {
  /** Relation names, then a field name; for `exists` and `empty` also a relation alone. A relation to many means "any of them". */
  readonly path: readonly string[];
  readonly op: FilterOperator;
  /** In PostgreSQL's text form: one text, a list for `in` and `nin`, absent for `exists` and `empty`. */
  readonly value?: string | readonly string[];
}

export type Filter =
  | Condition
  | { readonly and: readonly Filter[] }
  | { readonly or: readonly Filter[] }
  | { readonly not: Filter }
  /** The record itself has an id in the system. */
  | { readonly knownTo: string };

// What is to be counted and summed up, by which groups: plain data.
import type { Entity } from '../../../catalog/catalog.js';
import type { Filter } from '../filter.js';

/** Of a date or a point in time (in UTC): when the period begins, or the day of the week from Monday, 1, to Sunday, 7. */
export const DATE_PARTS = ['year', 'quarter', 'month', 'week', 'day', 'hour', 'weekday'] as const;
export type DatePart = (typeof DATE_PARTS)[number];

/** `count` counts values that are there. Records are always counted. */
export const AGGREGATES = ['count', 'sum', 'avg', 'min', 'max'] as const;
export type Aggregate = (typeof AGGREGATES)[number];

export interface GroupKey {
  readonly path: readonly string[];
  readonly part?: DatePart;
  /** What the answer calls it. */
  readonly name: string;
}

export interface AggregateValue {
  readonly of: Aggregate;
  readonly path: readonly string[];
  readonly name: string;
}

/** By a group key or a value, each by its place, or by the number of records. */
export type AggregateOrder = { readonly descending?: boolean } & (
  | { readonly by: number }
  | { readonly value: number }
  | { readonly records: true }
);

export interface AggregateRequest {
  readonly entity: Entity;
  readonly filter?: Filter;
  /** Without any, all records are one group. */
  readonly by: readonly GroupKey[];
  readonly values: readonly AggregateValue[];
  /** Before the order of the group keys themselves. */
  readonly order: readonly AggregateOrder[];
  readonly limit: number;
}

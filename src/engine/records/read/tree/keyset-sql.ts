// Pages by place instead of number: the condition that a record comes after another one in an order.
import type { ValueSql } from '../value-sql.js';

export interface OrderColumn {
  readonly sql: string;
  readonly descending: boolean;
  readonly nullable: boolean;
}

/** The columns the other way round: what came last comes first, NULLs too, as PostgreSQL orders them. */
export const reverseOrder = (order: readonly OrderColumn[]): readonly OrderColumn[] =>
  order.map((column) => ({ ...column, descending: !column.descending }));

export const orderSql = (order: readonly OrderColumn[]): string =>
  order.map(({ sql, descending }) => (descending ? `${sql} desc` : sql)).join(', ');

/** True for records behind the place. NULLs come last, or first where the order descends, as PostgreSQL's default is. */
export function afterSql(
  order: readonly OrderColumn[],
  place: readonly (string | null)[],
  value: ValueSql,
): string {
  const [first] = order;
  // One comparison of rows, which an index can answer; only where no NULL can be and all columns go one way.
  const alike = order.every(({ nullable, descending }) => !nullable && descending === first!.descending);
  if (alike && place.every((one) => one !== null)) {
    const columns = order.map(({ sql }) => sql).join(', ');
    return `(${columns}) ${first!.descending ? '<' : '>'} (${place.map((one) => value(one)).join(', ')})`;
  }
  const cases = order.map((column, i) =>
    [
      ...order.slice(0, i).map((before, j) => equalSql(before, place[j]!, value)),
      behindSql(column, place[i]!, value),
    ].join(' and '),
  );
  return `(${cases.map((one) => `(${one})`).join(' or ')})`;
}

const equalSql = ({ sql }: OrderColumn, at: string | null, value: ValueSql): string =>
  at === null ? `${sql} is null` : `${sql} = ${value(at)}`;

function behindSql({ sql, descending, nullable }: OrderColumn, at: string | null, value: ValueSql): string {
  if (at === null) return descending ? `${sql} is not null` : 'false';
  if (descending) return `${sql} < ${value(at)}`;
  return nullable ? `(${sql} > ${value(at)} or ${sql} is null)` : `${sql} > ${value(at)}`;
}

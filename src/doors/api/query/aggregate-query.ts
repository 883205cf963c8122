// `aggregateBy=brand.name,on_day:month&aggregateOf[sum]=price&sort=-sum.price`: counts and sums by groups instead of records.
import type { Catalog } from '../../../engine/catalog/index.js';
import type { ResourceShape, ResourceShapes } from '../../../engine/documents/index.js';
import {
  AGGREGATES,
  type Aggregate,
  type AggregateOrder,
  type AggregateRequest,
  type AggregateValue,
  DATE_PARTS,
  type DatePart,
  type GroupKey,
} from '../../../engine/records/read/index.js';
import { didYouMean } from '../../../foundation/errors/did-you-mean.js';
import { apiError } from '../api-errors.js';
import { readFilter } from './filter-query.js';
import { toCatalogPath } from './member-path.js';
import { type QueryParameter, readQueryParameters } from './query-parameters.js';

/** Names of the standard's own parameters are all lower case; these belong to the profile. */
export const asksForAggregates = (query: string): boolean => /(?:^|&)aggregate(?:By|Of)\b/.test(query);

const MOST_KEYS = 5;
const MOST_VALUES = 20;
const GROUPS = 100;
export const MOST_GROUPS = 1_000;

export interface AggregateQuery extends Omit<AggregateRequest, 'entity' | 'limit'> {
  /** How many groups are wanted. */
  readonly size: number;
}

/** Throws API-2xx. */
export function readAggregateQuery(
  catalog: Catalog,
  shapes: ResourceShapes,
  shape: ResourceShape,
  query: string,
): AggregateQuery {
  const parameters = readQueryParameters(query, ['aggregateBy', 'aggregateOf', 'filter', 'sort', 'page']);
  const of = (family: string): readonly QueryParameter[] => parameters.filter((one) => one.family === family);
  const filter = readFilter(catalog, shapes, shape, of('filter'));
  const by = of('aggregateBy').flatMap((one) => readKeys(shapes, shape, one));
  const values = of('aggregateOf').flatMap((one) => readValues(shapes, shape, one));
  return {
    by,
    values,
    ...(filter === undefined ? {} : { filter }),
    order: of('sort').flatMap((one) => readOrder(one, by, values)),
    size: of('page').map(readSize)[0] ?? GROUPS,
  };
}

function readKeys(
  shapes: ResourceShapes,
  shape: ResourceShape,
  parameter: QueryParameter,
): readonly GroupKey[] {
  if (parameter.members.length > 0) throw unfit(parameter, `There is no ${parameter.name}.`);
  const names = listNames(parameter, MOST_KEYS);
  return names.map((name) => {
    const [path = '', part, ...rest] = name.split(':');
    if (rest.length > 0 || (part !== undefined && !isPart(part)))
      throw unfit(parameter, `There is no part '${part}'.`, `There are ${DATE_PARTS.join(', ')}.`);
    const at = toCatalogPath(shapes, shape, path, parameter.name);
    return { name, path: at, ...(part === undefined ? {} : { part }) };
  });
}

const isPart = (name: string): name is DatePart => DATE_PARTS.some((part) => part === name);

function readValues(
  shapes: ResourceShapes,
  shape: ResourceShape,
  parameter: QueryParameter,
): readonly AggregateValue[] {
  const [of, ...rest] = parameter.members;
  if (of === undefined || rest.length > 0 || !isAggregate(of))
    throw unfit(
      parameter,
      `There is no ${parameter.name}.`,
      `There are ${AGGREGATES.map((one) => `aggregateOf[${one}]`).join(', ')}.`,
    );
  return listNames(parameter, MOST_VALUES).map((name) => ({
    of,
    name,
    path: toCatalogPath(shapes, shape, name, parameter.name),
  }));
}

const isAggregate = (name: string): name is Aggregate => AGGREGATES.some((one) => one === name);

/** Each once. */
function listNames(parameter: QueryParameter, most: number): readonly string[] {
  const names = [...new Set(parameter.value.split(',').filter((name) => name !== ''))];
  if (names.length <= most) return names;
  throw unfit(parameter, `${parameter.name} has at most ${most} names.`);
}

/** By `records`, by what is grouped by, or by a value: `-sum.price`. */
function readOrder(
  parameter: QueryParameter,
  by: readonly GroupKey[],
  values: readonly AggregateValue[],
): readonly AggregateOrder[] {
  const known = new Map<string, AggregateOrder>([
    ['records', { records: true }],
    ...values.map(({ of, name }, i) => [`${of}.${name}`, { value: i }] as const),
    ...by.map(({ name }, i) => [name, { by: i }] as const),
  ]);
  return listNames(parameter, MOST_KEYS).map((text) => {
    const descending = text.startsWith('-');
    const name = descending ? text.slice(1) : text;
    const found = known.get(name);
    if (found) return { ...found, descending };
    const meant = didYouMean(name, known.keys());
    throw unfit(
      parameter,
      `Groups can't be sorted by '${name}'.`,
      meant ? `Did you mean '${meant}'?` : `They can by ${[...known.keys()].join(', ')}.`,
    );
  });
}

function readSize(parameter: QueryParameter): number {
  if (parameter.name !== 'page[size]')
    throw unfit(parameter, `Of groups there is no ${parameter.name}.`, 'There is page[size].');
  const size = /^\d{1,6}$/.test(parameter.value) ? Number(parameter.value) : 0;
  if (size >= 1 && size <= MOST_GROUPS) return size;
  throw unfit(
    parameter,
    `page[size] is a whole number from 1 to ${MOST_GROUPS.toLocaleString('en')}, not '${parameter.value.slice(0, 40)}'.`,
  );
}

const unfit = ({ name }: QueryParameter, detail: string, hint?: string) =>
  apiError(202, { detail, ...(hint === undefined ? {} : { hint }), pointer: { parameter: name } });

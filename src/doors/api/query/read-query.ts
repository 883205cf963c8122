// The query of a fetch, held against the resource it asks for: https://jsonapi.org/format/1.1/#fetching

import type { Catalog } from '../../../engine/catalog/index.js';
import type { Relationship, ResourceShape, ResourceShapes } from '../../../engine/documents/index.js';
import { type Filter, findKeyFields, type TreeOrder } from '../../../engine/records/read/index.js';
import { didYouMean } from '../../../foundation/errors/did-you-mean.js';
import { apiError } from '../api-errors.js';
import { readFilter } from './filter-query.js';
import { readForeignFilter } from './foreign-filter.js';
import { toCatalogPath } from './member-path.js';
import { readCursor } from './page-cursor.js';
import { type QueryParameter, readQueryParameters } from './query-parameters.js';

/** A relationship that is included, and what is included behind it. */
export interface Inclusion {
  readonly relationship: Relationship;
  readonly include: readonly Inclusion[];
}

export interface FetchQuery {
  readonly include: readonly Inclusion[];
  /** True if the client said what to include, were it nothing. */
  readonly includeGiven: boolean;
  /** True if the resources that a relationship leads to are included themselves. */
  readonly includeRoot: boolean;
  /** By type: the members that are wanted; absent for types that come whole. */
  readonly fields: ReadonlyMap<string, ReadonlySet<string>>;
  readonly filter?: Filter;
  readonly order: readonly TreeOrder[];
  /** As the client wrote it; part of every cursor. */
  readonly sort: string;
  readonly page: Page;
}

export interface Page {
  readonly size: number;
  /** From 1; absent for pages by cursor. */
  readonly number?: number;
  readonly after?: readonly (string | null)[];
  readonly before?: readonly (string | null)[];
  readonly total: boolean;
}

export const PAGE_SIZE = 25;
export const MOST_PAGE_SIZE = 1_000;
/** Pages by number cost the server everything before them. */
const MOST_PAGED = 100_000;
const MOST_INCLUDED = 20;
const MOST_INCLUDE_DEPTH = 6;
const MOST_SORT = 8;

const OF_COLLECTIONS = ['include', 'fields', 'filter', 'sort', 'page'];
const OF_RECORDS = ['include', 'fields'];

/** What the answer is: a list or not; and of which relationship, where its identifiers are asked for. */
export interface Asked {
  readonly many: boolean;
  /** Whose ids are asked for, where they are not the records' own. */
  readonly system?: string;
  readonly leading?: { readonly shape: ResourceShape; readonly relationship: Relationship } | undefined;
}

/** Throws API-2xx. */
export function readFetchQuery(
  catalog: Catalog,
  shapes: ResourceShapes,
  shape: ResourceShape,
  query: string,
  { many, leading, system }: Asked,
): FetchQuery {
  const parameters = readQueryParameters(query, many ? OF_COLLECTIONS : OF_RECORDS);
  const of = (family: string): readonly QueryParameter[] => parameters.filter((one) => one.family === family);
  const filter =
    system === undefined
      ? readFilter(catalog, shapes, shape, of('filter'))
      : readForeignFilter(system, of('filter'), (own) => readFilter(catalog, shapes, shape, own));
  const sort = of('sort')[0];
  // "GET /articles/1/relationships/comments?include=comments.author": paths begin with the relationship itself.
  const start = leading && { ...leading.shape, relationships: [leading.relationship] };
  const include = readInclude(shapes, start ?? shape, of('include')[0]);
  const includeRoot = start !== undefined && include.length > 0;
  const fields = readFields(shapes, of('fields'));
  return {
    include: start ? (include[0]?.include ?? []) : include,
    includeGiven: of('include').length > 0,
    includeRoot,
    // Of mere identifiers no member is read.
    fields: start && !includeRoot ? new Map([[shape.type, new Set()]]) : fields,
    ...(filter === undefined ? {} : { filter }),
    order: readSort(shapes, shape, sort),
    sort: sort?.value ?? '',
    page: readPage(of('page'), `${shape.type} ${sort?.value ?? ''}`),
  };
}

function readInclude(
  shapes: ResourceShapes,
  shape: ResourceShape,
  parameter: QueryParameter | undefined,
): readonly Inclusion[] {
  if (parameter === undefined || parameter.value === '') return [];
  const paths = parameter.value.split(',').map((path) => path.split('.'));
  if (paths.length > MOST_INCLUDED)
    throw unfit(parameter, `At most ${MOST_INCLUDED} paths are included at once.`);
  if (paths.some((path) => path.length > MOST_INCLUDE_DEPTH))
    throw unfit(parameter, `Paths go ${MOST_INCLUDE_DEPTH} relationships deep at most.`);
  return toInclusions(shapes, shape, paths, parameter);
}

function toInclusions(
  shapes: ResourceShapes,
  shape: ResourceShape,
  paths: readonly (readonly string[])[],
  parameter: QueryParameter,
): readonly Inclusion[] {
  const heads = [...new Set(paths.flatMap(([head]) => head ?? []))];
  return heads.map((name) => {
    const relationship = shape.relationships.find((one) => one.name === name);
    if (!relationship) {
      const meant = didYouMean(
        name,
        shape.relationships.map((one) => one.name),
      );
      throw unfit(
        parameter,
        `${shape.type} have no relationship '${name}'.`,
        meant && `Did you mean '${meant}'?`,
      );
    }
    const rest = paths.filter(([head]) => head === name).map((path) => path.slice(1));
    const next = shapes.byType.get(relationship.type)!;
    return { relationship, include: toInclusions(shapes, next, rest, parameter) };
  });
}

function readFields(
  shapes: ResourceShapes,
  parameters: readonly QueryParameter[],
): ReadonlyMap<string, ReadonlySet<string>> {
  const fields = new Map<string, ReadonlySet<string>>();
  for (const parameter of parameters) {
    const [type, ...rest] = parameter.members;
    const shape = type === undefined || rest.length > 0 ? undefined : shapes.byType.get(type);
    if (!shape) {
      const meant = didYouMean(type ?? '', shapes.byType.keys());
      throw unfit(
        parameter,
        `There is no resource type '${type ?? ''}'.`,
        meant && `Did you mean '${meant}'?`,
      );
    }
    const known = [...shape.attributes, ...shape.relationships].map((one) => one.name);
    const names = parameter.value.split(',').filter((name) => name !== '');
    const unknown = names.find((name) => !known.includes(name));
    if (unknown !== undefined) {
      const meant = didYouMean(unknown, known);
      throw unfit(
        parameter,
        `${shape.type} have no field '${unknown}'.`,
        meant && `Did you mean '${meant}'?`,
      );
    }
    fields.set(shape.type, new Set(names));
  }
  return fields;
}

function readSort(
  shapes: ResourceShapes,
  shape: ResourceShape,
  parameter: QueryParameter | undefined,
): readonly TreeOrder[] {
  if (parameter === undefined || parameter.value === '') return shape.entity.order ?? [];
  const parts = parameter.value.split(',');
  if (parts.length > MOST_SORT) throw unfit(parameter, `At most ${MOST_SORT} attributes are sorted by.`);
  return parts.flatMap((part): readonly TreeOrder[] => {
    const descending = part.startsWith('-');
    const text = descending ? part.slice(1) : part;
    const key = text === 'id' ? findKeyFields(shape.entity) : undefined;
    if (key) return key.map((field) => ({ path: [field.name], descending }));
    return [{ path: toCatalogPath(shapes, shape, text, parameter.name), descending }];
  });
}

function readPage(parameters: readonly QueryParameter[], order: string): Page {
  const known = ['size', 'number', 'after', 'before', 'total'];
  for (const parameter of parameters) {
    const [member, ...rest] = parameter.members;
    if (member !== undefined && known.includes(member) && rest.length === 0) continue;
    throw unfit(
      parameter,
      `There is no ${parameter.name}.`,
      `There are ${known.map((one) => `page[${one}]`).join(', ')}.`,
    );
  }
  const find = (name: string): QueryParameter | undefined =>
    parameters.find((one) => one.members[0] === name);
  const size = readNumber(find('size'), MOST_PAGE_SIZE) ?? PAGE_SIZE;
  const number = readNumber(find('number'), Math.ceil(MOST_PAGED / size));
  const [after, before] = [find('after'), find('before')];
  if ([number, after, before].filter((one) => one !== undefined).length > 1)
    throw unfit(
      (after ?? before)!,
      'A page is named by number, by page[after] or by page[before], by one of them.',
    );
  const total = find('total');
  if (total && !['true', 'false', ''].includes(total.value))
    throw unfit(total, 'page[total] is true or false.');
  return {
    size,
    ...(number === undefined ? {} : { number }),
    ...(after === undefined ? {} : { after: readCursor(after.value, order, after.name) }),
    ...(before === undefined ? {} : { before: readCursor(before.value, order, before.name) }),
    total: total !== undefined && total.value !== 'false',
  };
}

function readNumber(parameter: QueryParameter | undefined, most: number): number | undefined {
  if (parameter === undefined) return undefined;
  const number = /^\d{1,9}$/.test(parameter.value) ? Number(parameter.value) : 0;
  if (number >= 1 && number <= most) return number;
  throw unfit(
    parameter,
    `${parameter.name} is a whole number from 1 to ${most.toLocaleString('en')}, not '${parameter.value.slice(0, 40)}'.`,
    parameter.members[0] === 'number'
      ? 'To read further, follow the links of the answer: they go by place.'
      : undefined,
  );
}

const unfit = ({ name }: QueryParameter, detail: string, hint?: string) =>
  apiError(202, { detail, ...(hint === undefined ? {} : { hint }), pointer: { parameter: name } });

// Fetching: a collection, a record, what is related to one, a relationship. One request is one statement.
import { hash } from 'node:crypto';
import {
  planTree,
  type TreeNode,
  type TreePlan,
  type TreeRequest,
  type TreeRow,
} from '../../../engine/records/read/index.js';
import { apiError } from '../api-errors.js';
import { type FetchQuery, readFetchQuery } from '../query/read-query.js';
import type { ApiRequest } from '../request/api-request.js';
import type { Target } from '../request/target.js';
import type { Answer } from '../response/answer.js';
import { type FoundRows, sortRows } from './found-rows.js';
import { toPageLinks } from './page-links.js';
import { cachedPlan } from './plan-cache.js';
import { planQuery, readTree } from './read-tree.js';
import { toAddress, toIdentifierText, toResourceText } from './resource-text.js';
import { type ShownType, toTree } from './tree-of-query.js';

const MOST_INCLUDED_RECORDS = 1_000;

/** A fetch that is planned as far as the request tells: its query was read, and found to be good. */
export interface PlannedFetch {
  readonly query: FetchQuery;
  readonly types: ReadonlyMap<string, ShownType>;
  readonly node: TreeNode;
  /** Whether the answer is a list. */
  readonly many: boolean;
  /** Under which the statement is kept; absent where it says more than the query does: whose records, or which one. */
  readonly name?: string;
}

/** Throws API-401 (404) where the record is not there, and as `planFetch`. */
export const fetchTarget = (request: ApiRequest, target: Target): Promise<Answer> =>
  runFetch(request, target, planFetch(request, target));

/** Throws API-2xx for the query. */
export function planFetch(request: ApiRequest, target: Target): PlannedFetch {
  const address = 'relationship' in target ? target.relationship.name : '';
  const name = `fetch ${request.system ?? ''} ${target.kind} ${target.shape.type} ${address} ${request.query}`;
  return cachedPlan(request.catalog, name, () => newPlan(request, target, name));
}

function newPlan(request: ApiRequest, target: Target, name: string): PlannedFetch {
  const shape = 'other' in target ? target.other : target.shape;
  const many = target.kind === 'collection' || ('relationship' in target && !target.relationship.one);
  const leading = target.kind === 'relationship' ? target : undefined;
  const query = readFetchQuery(request.catalog, request.shapes, shape, request.query, {
    many,
    leading,
    ...toSystem(request),
  });
  return {
    query,
    many,
    ...toTree(request.shapes, shape, query),
    ...(target.kind === 'collection' ? { name: `read ${name}` } : {}),
  };
}

export async function runFetch(request: ApiRequest, target: Target, planned: PlannedFetch): Promise<Answer> {
  const { query, node, many, name } = planned;
  const plan = (): TreePlan =>
    planQuery(request.catalog, {
      root: node,
      ...toSystem(request),
      ...toScope(target),
      ...(query.filter === undefined ? {} : { filter: query.filter }),
      order: query.order,
      ...toPaging(query, many),
      includeLimit: MOST_INCLUDED_RECORDS,
    });
  const tree = name === undefined ? plan() : cachedPlan(request.catalog, name, plan);
  const rows = await readTree(request, query, tree);
  const found = sortRows(rows, tree, query.page.size);
  if (found.root.length === 0 && target.kind !== 'collection') await checkThere(request, target);
  return answerRows(request, target, planned, tree, found);
}

/** The document of rows that were read, however that was. */
export function answerRows(
  request: ApiRequest,
  target: Target,
  planned: PlannedFetch,
  plan: Pick<TreePlan, 'nodes' | 'ordered'>,
  found: FoundRows,
): Answer {
  const text = toDocumentText(request, target, { ...planned, plan, found });
  return {
    status: 200,
    headers: toValidators(text, planned.many ? undefined : found.root[0]?.version),
    body: text,
  };
}

const toSystem = ({ system }: ApiRequest) => (system === undefined ? {} : { system });

function toScope(target: Target): Pick<TreeRequest, 'key' | 'from'> {
  if (target.kind === 'collection') return {};
  if (target.kind === 'record') return { key: target.id };
  const { shape, id, relationship } = target;
  return { from: { entity: shape.entity, key: id, relation: relationship.relation.name } };
}

/** One record more than the page has says whether there is a next one. */
function toPaging(
  { page }: FetchQuery,
  many: boolean,
): Pick<TreeRequest, 'limit' | 'peek' | 'offset' | 'after' | 'before' | 'total'> {
  if (!many) return { limit: 1 };
  const { size, number, after, before, total } = page;
  return {
    limit: size,
    peek: true,
    ...(number === undefined ? {} : { offset: (number - 1) * size }),
    ...(after === undefined ? {} : { after }),
    ...(before === undefined ? {} : { before }),
    total,
  };
}

/** Nothing related was found: is there the record itself? Throws API-401. */
async function checkThere(request: ApiRequest, target: Target): Promise<void> {
  if (target.kind === 'collection') return;
  const { shape, id } = target;
  if (target.kind !== 'record') {
    const root = { entity: shape.entity, members: [], linkage: [], include: [] };
    const plan = planTree(request.catalog, { root, ...toSystem(request), key: id, limit: 1 });
    if ((await request.read(plan.sql, plan.parameters)).length > 0) return;
  }
  throw apiError(401, { detail: `None of the ${shape.type} has the id '${id.slice(0, 60)}'.` });
}

interface Made extends PlannedFetch {
  readonly plan: Pick<TreePlan, 'nodes' | 'ordered'>;
  readonly found: FoundRows;
}

function toDocumentText(
  request: ApiRequest,
  target: Target,
  { query, plan, types, found, many }: Made,
): string {
  const { base } = request;
  const typeOf = (row: TreeRow): ShownType =>
    types.get(request.shapes.ofEntity(plan.nodes[row.node]!.entity.name).type)!;
  const toText = (row: TreeRow): string => toResourceText(row, typeOf(row), base);
  const identifiers = target.kind === 'relationship';
  const primary = found.root.map((row) =>
    identifiers ? toIdentifierText(typeOf(row).shape.type, row.id) : toText(row),
  );
  const links = {
    self: request.self,
    ...(identifiers
      ? { related: toAddress(base, target.shape.address, target.id, target.relationship.name) }
      : {}),
    ...(many ? toPageLinks(request, plan, query, found) : {}),
  };
  const parts = [
    '"jsonapi":{"version":"1.1"}',
    `"links":${JSON.stringify(links)}`,
    `"data":${many ? `[${primary.join(',')}]` : (primary[0] ?? 'null')}`,
    ...(query.includeGiven
      ? [
          `"included":[${toIncluded(found, plan, typeOf, identifiers, query.includeRoot).map(toText).join(',')}]`,
        ]
      : []),
    ...(found.total === undefined ? [] : [`"meta":{"page":{"total":${found.total}}}`]),
  ];
  return `{${parts.join(',')}}`;
}

/** "A compound document MUST NOT include more than one resource object for each type and id pair." */
function toIncluded(
  { root, included }: FoundRows,
  plan: Pick<TreePlan, 'nodes'>,
  typeOf: (row: TreeRow) => ShownType,
  identifiers: boolean,
  includeRoot: boolean,
): readonly TreeRow[] {
  const keyOf = (row: TreeRow): string => `${typeOf(row).shape.type} ${row.id}`;
  const seen = new Set(identifiers ? [] : root.map(keyOf));
  const counts = new Map<number, number>();
  return [...(includeRoot ? root : []), ...included].filter((row) => {
    const count = (counts.get(row.node) ?? 0) + 1;
    counts.set(row.node, count);
    if (count > MOST_INCLUDED_RECORDS) {
      throw apiError(203, {
        detail: `More than ${MOST_INCLUDED_RECORDS} ${plan.nodes[row.node]!.entity.name} would be included.`,
        hint: 'Ask for smaller pages, or for the related resources at their own address.',
        pointer: { parameter: 'include' },
      });
    }
    const key = keyOf(row);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** An entity tag: of a record its version comes first, so that `If-Match` is a question about the record alone. */
function toValidators(text: string, version: string | null | undefined): Readonly<Record<string, string>> {
  const digest = hash('sha256', text, 'base64url').slice(0, 16);
  return { etag: version == null ? `W/"${digest}"` : `"${version}.${digest}"` };
}

// The profile `aggregate`: a collection as counts and sums by groups, in one statement.
import { planAggregate } from '../../../engine/records/read/index.js';
import { DovetailError } from '../../../foundation/errors/dovetail-error.js';
import { apiError } from '../api-errors.js';
import { type AggregateQuery, readAggregateQuery } from '../query/aggregate-query.js';
import type { ApiRequest } from '../request/api-request.js';
import { AGGREGATE } from '../request/extensions.js';
import { toMediaType } from '../request/negotiate.js';
import type { Operation } from './operation.js';
import { cachedPlan } from './plan-cache.js';

export const aggregateCollection: Operation = async (request, { shape }) => {
  const { catalog, shapes, query } = request;
  const { plan, size } = cachedPlan(catalog, `aggregate ${shape.type} ${query}`, () => {
    const asked = readAggregateQuery(catalog, shapes, shape, query);
    const wish = { ...asked, entity: shape.entity, limit: asked.size + 1 };
    return { size: asked.size, plan: planAsked(asked, () => planAggregate(catalog, wish)) };
  });
  const rows = await readGroups(request, plan);
  const groups = rows.slice(0, size).map(({ row }) => row);
  const parts = [
    `"jsonapi":{"version":"1.1","profile":[${JSON.stringify(AGGREGATE.uri)}]}`,
    `"links":{"self":${JSON.stringify(request.self)}}`,
    `"meta":{"aggregates":[${groups.join(',')}],"more":${rows.length > size}}`,
  ];
  const profiles = [...new Set([...request.applied.profiles, AGGREGATE])];
  return {
    status: 200,
    headers: { 'content-type': toMediaType({ ...request.applied, profiles }) },
    body: `{${parts.join(',')}}`,
  };
};

/** Throws READ-2xx by the parameter that asks for it. */
function planAsked<T>({ by, values }: AggregateQuery, plan: () => T): T {
  try {
    return plan();
  } catch (error) {
    if (!(error instanceof DovetailError)) throw error;
    const { code, title, consequence, detail, pointer } = error;
    const named = by.some(({ path }) => path.join('.') === pointer?.field);
    const value = values.find(({ path }) => path.join('.') === pointer?.field);
    const parameter = named || value === undefined ? 'aggregateBy' : `aggregateOf[${value.of}]`;
    throw new DovetailError(code, { title, consequence }, { detail, pointer: { parameter } });
  }
}

/** What a sum comes to only the server knows. Throws API-202. */
async function readGroups(
  request: ApiRequest,
  { sql, parameters }: ReturnType<typeof planAggregate>,
): Promise<readonly { readonly row: string }[]> {
  try {
    return await request.read<{ readonly row: string }>(sql, parameters);
  } catch (error) {
    if (!/^22/.test((error as { code?: string }).code ?? '')) throw error;
    throw apiError(202, {
      detail: 'PostgreSQL takes no such value in a filter, or has no room for a sum.',
      pointer: { parameter: 'aggregateOf' },
      cause: error,
    });
  }
}

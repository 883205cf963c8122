// A reading as a query asks for it; what only planning or PostgreSQL finds wrong with the query names its parameter.
import type { Catalog } from '../../../engine/catalog/index.js';
import {
  planTree,
  type TreePlan,
  type TreeRequest,
  type TreeRow,
} from '../../../engine/records/read/index.js';
import { DovetailError } from '../../../foundation/errors/dovetail-error.js';
import { apiError } from '../api-errors.js';
import type { FetchQuery } from '../query/read-query.js';
import type { ApiRequest } from '../request/api-request.js';

/** Throws READ-2xx by the parameter that asks for it; the conditions were held against the catalog before. */
export function planQuery(catalog: Catalog, tree: TreeRequest): TreePlan {
  try {
    return planTree(catalog, tree);
  } catch (error) {
    if (!(error instanceof DovetailError) || error.code === 'READ-206') throw error;
    const { code, title, consequence, detail } = error;
    const page = tree.after ? 'page[after]' : 'page[before]';
    const pointer = { parameter: code === 'READ-207' ? page : 'sort' };
    throw new DovetailError(code, { title, consequence }, { detail, pointer });
  }
}

/** What the types of other people's extensions make of a value, or of a forged cursor, only the server knows. Throws API-202 and API-204. */
export async function readTree(
  request: ApiRequest,
  query: FetchQuery,
  plan: TreePlan,
): Promise<readonly TreeRow[]> {
  try {
    return await request.read<TreeRow>(plan.sql, plan.parameters);
  } catch (error) {
    const { after, before } = query.page;
    const names = [
      ...(after ? ['page[after]'] : []),
      ...(before ? ['page[before]'] : []),
      ...(query.filter ? ['filter'] : []),
    ];
    // Class 22: data that is not of its type. A view can fail so by itself, and then it is not the client's fault.
    if (names.length === 0 || !/^22/.test((error as { code?: string }).code ?? '')) throw error;
    throw apiError(202, {
      detail: `PostgreSQL takes no such value in ${names.join(' or ')}.`,
      pointer: { parameter: names[0]! },
      cause: error,
    });
  }
}

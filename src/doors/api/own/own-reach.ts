// Whether a caller may do something with one thing of Dovetail's own: the same rules by which it is read, asked before a service is.
import type { AccessAction, RecordRule } from '../../../engine/catalog/index.js';
import { planTree } from '../../../engine/records/read/index.js';
import { apiError } from '../api-errors.js';
import type { ApiRequest } from '../request/api-request.js';
import type { Target } from '../request/target.js';

type Shape = Target['shape'];

/** Throws API-401 (404) for one the caller doesn't see, API-104 (403) for one they see and may not do it with. */
export async function checkReach(
  request: ApiRequest,
  shape: Shape,
  id: string,
  action: AccessAction,
): Promise<void> {
  if (!(await isThere(request, shape, id, 'view')))
    throw apiError(401, { detail: `None of the ${shape.type} has the id '${id.slice(0, 60)}'.` });
  if (action === 'view' || (await isThere(request, shape, id, action))) return;
  throw forbidden(shape, action, `'${id.slice(0, 60)}'`);
}

/** Throws API-104 for who may make none at all. */
export function checkCreation(shape: Shape): void {
  if (shape.entity.access?.create === 'none') throw forbidden(shape, 'create', 'any');
}

export const mayAll = ({ entity: { access } }: Shape, action: AccessAction): boolean =>
  access === undefined || access[action] === 'all';

/**
 * What is made or changed belongs where another one does, so that one must lie where the caller may do it: whoever may make clients of
 * their unit makes them there. `other`: absent where the document says none. Throws API-104.
 */
export async function checkBelonging(
  request: ApiRequest,
  shape: Shape,
  action: AccessAction,
  other: { readonly shape: Shape; readonly id: string } | undefined,
): Promise<void> {
  const rule = shape.entity.access?.[action] ?? 'all';
  if (rule === 'all') return;
  if (other !== undefined && (await isUnder(request, other.shape, other.id, rule))) return;
  throw forbidden(shape, action, 'such ones');
}

const isThere = (request: ApiRequest, shape: Shape, id: string, action: AccessAction): Promise<boolean> =>
  isUnder(request, shape, id, shape.entity.access?.[action] ?? 'all');

async function isUnder(
  request: ApiRequest,
  { entity }: Shape,
  id: string,
  rule: RecordRule,
): Promise<boolean> {
  const { access } = entity;
  const reached = access === undefined ? entity : { ...entity, access: { ...access, view: rule } };
  const root = { entity: reached, members: [], linkage: [], include: [] };
  const plan = planTree(request.catalog, { root, key: id, limit: 1 });
  return (await request.read(plan.sql, plan.parameters)).length > 0;
}

const forbidden = ({ type }: Shape, action: AccessAction, which: string) =>
  apiError(104, { detail: `Your roles don't allow you to ${action} ${which} of the ${type}.` });

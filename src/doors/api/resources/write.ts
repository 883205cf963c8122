// Creating, updating and deleting one resource, and setting a relationship to one: https://jsonapi.org/format/1.1/#crud
// Each is one transaction, most of them one statement; a request that fails writes nothing.
import { planWrite, type Strategy, writeRecord } from '../../../engine/records/index.js';
import { findKeyFields, type TreeRow } from '../../../engine/records/read/index.js';
import { toCellBatch } from '../../../foundation/cells/row-batch.js';
import { apiError } from '../api-errors.js';
import { toOrigin } from '../api-services.js';
import { readDocument } from '../document/read-document.js';
import {
  findKeySaid,
  readData,
  readLinkage,
  readResource,
  type Said,
  toKeySaid,
} from '../document/read-resource.js';
import type { ApiRequest } from '../request/api-request.js';
import type { Target } from '../request/target.js';
import type { Answer } from '../response/answer.js';
import { answerRows, type PlannedFetch, planFetch, runFetch } from './fetch.js';
import { withLinks } from './links.js';
import { cachedPlan } from './plan-cache.js';
import { planSaid, refuseBlanks, withAllValues } from './plan-said.js';
import { throwErrors, waitingError } from './refused-record.js';
import { toAddress } from './resource-text.js';
import { inUse, lostUpdate, notThere, readVersions } from './stored-record.js';

type OfKind<K extends Target['kind']> = Extract<Target, { readonly kind: K }>;

export async function createResource(request: ApiRequest, target: Target): Promise<Answer> {
  const { shape } = target;
  const { id, said, links } = readResource(request.shapes, shape, readDocument(request));
  const all = id === undefined ? said : [...toClientId(shape, id), ...said];
  const planned = planAnswer(request, target);
  const identity = id === undefined ? undefined : keyNames(target);
  return withLinks(request, target, links, async (inner, link) => {
    const { key = id, row } = await write(inner, target, 'add', all, identity, planned);
    if (key === undefined)
      throw apiError(110, { detail: 'The record was written, but its key is not known.' });
    await link(key);
    const at = { kind: 'record', shape, id: key } as const;
    return answerCreated(inner, at, planned, links.length > 0 ? undefined : row);
  });
}

export async function answerCreated(
  request: ApiRequest,
  target: OfKind<'record'>,
  planned: PlannedFetch,
  row: TreeRow | undefined,
): Promise<Answer> {
  const location = toAddress(request.base, target.shape.address, target.id);
  const answer = await answerWritten(request, target, planned, row).catch((error) => {
    // Who may create more than they may view has no document of it.
    if (createsUnseen(target) && (error as { code?: string }).code === 'API-401') return undefined;
    throw error;
  });
  if (answer === undefined) return { status: 204, headers: { location } };
  return { ...answer, status: 201, headers: { ...answer.headers, location } };
}

export async function updateResource(request: ApiRequest, target: Target): Promise<Answer> {
  const { shape, id } = target as OfKind<'record'>;
  const { said, links } = readResource(request.shapes, shape, readDocument(request), id);
  const planned = planAnswer(request, target);
  const all = withKey(target, id, said);
  const answer = await withLinks(request, target, links, async (inner, link) => {
    const { row } = await write(inner, target, 'update', all, keyNames(target), planned);
    await link(id);
    const at = { kind: 'record', shape, id } as const;
    return answerWritten(inner, at, planned, links.length > 0 ? undefined : row);
  });
  if (!prefersMinimal(request)) return answer;
  return { status: 204, headers: { ...answer.headers, 'preference-applied': 'return=minimal' } };
}

export async function deleteResource(request: ApiRequest, target: Target): Promise<Answer> {
  const { id } = target as OfKind<'record'>;
  await write(request, target, 'delete', withKey(target, id, []), keyNames(target));
  return { status: 204, headers: {} };
}

export async function updateRelationship(request: ApiRequest, target: Target): Promise<Answer> {
  const { shape, id, relationship } = target as OfKind<'related' | 'relationship'>;
  const linkage = readData(readDocument(request));
  const said = readLinkage(request.shapes, shape, relationship.name, linkage, '');
  await write(request, target, 'update', withKey(target, id, said), keyNames(target));
  return { status: 204, headers: {} };
}

const createsUnseen = ({ shape: { entity } }: Target): boolean =>
  entity.access !== undefined && entity.access.view !== 'all';

/** "A server MUST return 403 Forbidden in response to an unsupported request to create a resource with a client-generated ID." */
export function toClientId(shape: Target['shape'], id: string): readonly Said[] {
  const fields = findKeyFields(shape.entity);
  const fixed = fields?.find(
    (field) => field.readOnly || field.generated === 'always' || field.generated === 'stored',
  );
  if (fields && !fixed) {
    const said = findKeySaid(shape, id, [], '/data/id');
    if (said) return said;
    throw apiError(302, {
      detail: `'${id.slice(0, 60)}' can't be an id of ${shape.type}.`,
      pointer: { member: '/data/id' },
    });
  }
  throw apiError(104, {
    detail: `The id of ${shape.type} can't be chosen: ${fixed?.readOnlyReason ?? 'PostgreSQL makes it'}.`,
    hint: 'Leave the id out; the answer has it.',
    pointer: { member: '/data/id' },
  });
}

export const keyNames = ({ shape }: Target): readonly string[] =>
  (findKeyFields(shape.entity) ?? []).map((field) => field.name);

/** What is said of the record that the address names. Throws API-104 for another key: others refer to the record by the one it has. */
function withKey(target: Target, id: string, said: readonly Said[]): readonly Said[] {
  const key = toKeySaid(target.shape, id, [], '/data/id');
  const isKey = ({ path }: Said) => key.find((one) => path.length === 1 && one.path[0] === path[0]);
  const other = said.find((one) => (isKey(one) ?? one).cell.text !== one.cell.text);
  if (other === undefined) return [...key, ...said.filter((one) => !isKey(one))];
  throw apiError(104, {
    detail: `The key of a resource can't be changed, here from '${id}' to '${other.cell.text}'.`,
    hint: 'Create the resource anew, and delete this one.',
    pointer: { member: other.member },
  });
}

/** Throws what is wrong with the record, or with the request: then nothing was written. */
export async function write(
  request: ApiRequest,
  target: Target,
  strategy: Strategy,
  said: readonly Said[],
  identity: readonly string[] | undefined,
  planned?: PlannedFetch,
): Promise<{ readonly action?: string; readonly key?: string; readonly row?: TreeRow }> {
  const { shape } = target;
  const id = 'id' in target ? target.id : undefined;
  const paths = said.map(({ path }) => path);
  const name = `write ${JSON.stringify([shape.type, strategy, paths, identity])}`;
  const plan = planSaid(said, () =>
    cachedPlan(request.catalog, name, () =>
      planWrite({
        catalog: request.catalog,
        entity: shape.entity,
        targets: paths.map((path, column) => ({ path, source: { column }, empty: 'leave' as const })),
        strategy,
        ...(identity === undefined || identity.length === 0 ? {} : { identity }),
        origin: { kind: 'client', id: '' },
      }),
    ),
  );
  const columns = said.map(({ path }) => path.join('.'));
  const batch = toCellBatch(columns, [{ line: 1, cells: said.map(({ cell }) => cell) }], 1);
  refuseBlanks(plan, batch, said, shape);
  const versions = readVersions(request);
  const outcome = await writeRecord(request.records, {
    plan,
    origin: toOrigin(request.caller, request.id),
    batch,
    ...(id === undefined ? {} : { key: id }),
    ...(versions === undefined ? {} : { versions }),
    ...(planned === undefined || planned.node.include.length > 0 ? {} : { node: planned.node }),
  });
  switch (outcome.action) {
    case 'refused':
      throwErrors(withAllValues(plan, batch, outcome.issues), said, shape);
      return {};
    case 'waits':
      throw strategy === 'delete' ? inUse(shape.type) : waitingError(shape, said);
    case 'missing':
      throw notThere(shape.type, id ?? '');
    case 'changed':
      throw lostUpdate(shape.type, id ?? '');
    default:
      return outcome;
  }
}

/** Before anything is written: a query that can't be answered writes nothing. */
export const planAnswer = (request: ApiRequest, { shape }: Target): PlannedFetch =>
  planFetch(request, { kind: 'record', shape, id: '' });

/** The record as it was written, or as it is now. */
export async function answerWritten(
  request: ApiRequest,
  target: OfKind<'record'>,
  planned: PlannedFetch,
  row: TreeRow | undefined,
): Promise<Answer> {
  const at = { ...request, self: toAddress(request.base, target.shape.address, target.id) };
  if (row === undefined) return runFetch(at, target, planned);
  const found = { root: [row], included: [], more: false };
  return answerRows(at, target, planned, { nodes: [planned.node], ordered: true }, found);
}

const prefersMinimal = ({ headers }: ApiRequest): boolean =>
  /(?:^|[,\s])return=minimal(?:[,;\s]|$)/i.test(String(headers['prefer'] ?? ''));

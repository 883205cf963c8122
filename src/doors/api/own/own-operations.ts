// Which methods an address of what is Dovetail's own has, and who answers them: a fetch as of any entity, a write by the resource's own.
import { planTree, type TreeRow } from '../../../engine/records/read/index.js';
import type { Client } from '../../../foundation/postgres/database.js';
import { apiError } from '../api-errors.js';
import { answerOnce } from '../idempotency/answer-once.js';
import type { ApiRequest } from '../request/api-request.js';
import type { Target } from '../request/target.js';
import { withinTransaction } from '../request/within-transaction.js';
import { fetchTarget, planFetch, runFetch } from '../resources/fetch.js';
import type { Operation } from '../resources/operation.js';
import { refuseKnown } from '../resources/refuse-known.js';
import { toAddress } from '../resources/resource-text.js';
import { lostUpdate, notThere, readVersions } from '../resources/stored-record.js';
import type { Answer } from '../response/answer.js';
import { ApiFailure } from '../response/error-document.js';
import { checkBelonging, checkCreation, checkReach, mayAll } from './own-reach.js';
import type { OwnPlace, OwnResource, OwnSaid, OwnWrite } from './own-resource.js';
import { readOwnResource } from './own-resources.js';
import type { OwnRooms, OwnServices } from './own-services.js';
import { readOwnDocument } from './read-own-document.js';

type Methods = Readonly<Record<string, Operation>>;

/** Throws API-106 (405). */
export function findOwnOperation(target: Target, method: string, own: WritingRooms): Operation {
  const methods = toMethods(target, readOwnResource(target.shape.address), own);
  const allow = [...Object.keys(methods), 'OPTIONS'].join(', ');
  if (method === 'OPTIONS') return async () => ({ status: 204, headers: { allow } });
  if (Object.hasOwn(methods, method)) return methods[method]!;
  const refusal = apiError(106, {
    detail: `${method} is not possible here.`,
    hint: `Possible are ${allow}.`,
  });
  throw new ApiFailure([refusal], { allow });
}

function toMethods({ kind }: Target, resource: OwnResource, own: WritingRooms): Methods {
  const fetch = { GET: fetchTarget, HEAD: fetchTarget };
  if (kind === 'collection')
    return { ...fetch, ...(resource.create ? { POST: toCreation(own, resource) } : {}) };
  if (kind !== 'record') return fetch;
  return {
    ...fetch,
    ...(resource.update ? { PATCH: answerOnce(inTransaction(own, updating(resource))) } : {}),
    ...(resource.delete ? { DELETE: answerOnce(inTransaction(own, deleting(resource))) } : {}),
  };
}

/** A write by services, which know nothing of it: `client` is where all of them write. */
type OwnOperation = (at: Writing, request: ApiRequest, target: Target) => Promise<Answer>;

interface Writing {
  readonly services: OwnServices;
  /** Absent where nothing is written. */
  readonly client?: Client;
  readonly readEntities: OwnPlace['readEntities'];
}

/** Where writes are done. */
export interface WritingRooms extends Pick<OwnRooms, 'services' | 'within'> {
  readonly readEntities: OwnPlace['readEntities'];
}

/** What the services write, and the answer that is kept of it, come to be together or not at all. */
const inTransaction =
  ({ within, readEntities }: WritingRooms, write: OwnOperation): Operation =>
  (request, target) =>
    request.records.transaction((client) =>
      write({ client, readEntities, services: within(client) }, withinTransaction(request, client), target),
    );

function toCreation(own: WritingRooms, resource: OwnResource): Operation {
  const { once, apart } = resource.create!;
  const create = creating(resource);
  const operation: Operation = apart
    ? (request, target) => create(own, request, target)
    : inTransaction(own, create);
  if (once !== true) return answerOnce(operation);
  return async (request, target) => {
    if (request.headers['idempotency-key'] === undefined) return operation(request, target);
    throw apiError(603, {
      detail:
        'The answer to an Idempotency-Key is kept, and this answer holds a secret, which is kept nowhere.',
      hint: 'Send the request without it; of two keys one can be revoked.',
      pointer: { header: 'Idempotency-Key' },
    });
  };
}

const creating =
  (resource: OwnResource): OwnOperation =>
  async (at, request, target) => {
    const { shape } = target;
    checkCreation(shape);
    const write = resource.create!;
    const said = readOwnDocument(shape, write, request.body);
    await checkNamed(request, write, said);
    if (write.mine !== true) await checkBelonging(request, shape, 'create', findNamed(request, write, said));
    // Before anything is written: a query that can't be answered writes nothing.
    const planned = planFetch(request, { kind: 'record', shape, id: '' });
    const place = toPlace(request, said.id ?? '', mayAll(shape, 'create'), at);
    const made = await write.run(place, said);
    if ('meta' in made)
      return {
        status: 200,
        headers: {},
        body: JSON.stringify({ jsonapi: { version: '1.1' }, meta: made.meta }),
      };
    const location = toAddress(request.base, shape.address, made.id);
    const there = { ...request, self: location };
    const answer = await runFetch(there, { kind: 'record', shape, id: made.id }, planned);
    return { ...withOnce(answer, made.once), status: 201, headers: { ...answer.headers, location } };
  };

const updating =
  (resource: OwnResource): OwnOperation =>
  async (at, request, target) => {
    const { shape, id } = target as OfRecord;
    const write = resource.update!;
    await checkVersion(at, resource, request, target as OfRecord);
    await checkReach(request, shape, id, 'update');
    const said = readOwnDocument(shape, write, request.body, id);
    await checkNamed(request, write, said);
    if (write.belongs !== undefined && said.relationships[write.belongs] !== undefined)
      await checkBelonging(request, shape, 'update', findNamed(request, write, said));
    const planned = planFetch(request, { kind: 'record', shape, id: '' });
    const now = await write.run(toPlace(request, id, mayAll(shape, 'update'), at), said);
    const there = { ...request, self: toAddress(request.base, shape.address, now) };
    return runFetch(there, { kind: 'record', shape, id: now }, planned);
  };

const deleting =
  (resource: OwnResource): OwnOperation =>
  async (at, request, target) => {
    const { shape, id } = target as OfRecord;
    await checkVersion(at, resource, request, target as OfRecord);
    await checkReach(request, shape, id, 'delete');
    await resource.delete!(toPlace(request, id, mayAll(shape, 'delete'), at));
    return { status: 204, headers: {} };
  };

const toPlace = (
  { caller, id: requestId }: ApiRequest,
  id: string,
  wide: boolean,
  { client, ...at }: Writing,
): OwnPlace => ({ ...at, id, caller, wide, requestId, ...(client === undefined ? {} : { client }) });

/** What is named must be there for the caller. */
async function checkNamed(
  request: ApiRequest,
  { relationships = {} }: OwnWrite<unknown>,
  said: OwnSaid,
): Promise<void> {
  for (const [name, id] of Object.entries(said.relationships)) {
    if (id === null) continue;
    const other = request.shapes.byAddress.get(relationships[name]!);
    if (other === undefined)
      throw apiError(401, { detail: `None of the ${relationships[name]} has the id '${id.slice(0, 60)}'.` });
    await checkReach(request, other, id, 'view');
  }
}

/** What the new one is to belong to. */
function findNamed(
  request: ApiRequest,
  { belongs = '', relationships = {} }: OwnWrite<unknown>,
  said: OwnSaid,
) {
  const id = said.relationships[belongs];
  return id == null ? undefined : { shape: request.shapes.byAddress.get(relationships[belongs]!)!, id };
}

type OfRecord = Extract<Target, { readonly kind: 'record' }>;

/** Held until the transaction ends, so that it is changed as it was seen or not at all. Throws API-403 (412), API-401 (404). */
async function checkVersion(
  { client }: Writing,
  { hold }: OwnResource,
  request: ApiRequest,
  target: OfRecord,
): Promise<void> {
  const { shape, id } = target;
  const wanted = readVersions(request);
  if (wanted === undefined && request.headers['if-none-match'] === undefined) return;
  if (client !== undefined) await hold?.(client, id);
  await refuseKnown(request, target);
  if (wanted === undefined) return;
  const root = { entity: shape.entity, members: [], linkage: [], include: [] };
  const plan = planTree(request.catalog, { root, key: id, limit: 1 });
  const [stored] = await request.read<TreeRow>(plan.sql, plan.parameters);
  if (stored === undefined) throw notThere(shape.type, id);
  if (!wanted.includes(stored.version ?? '')) throw lostUpdate(shape.type, id);
}

/** Attributes that nobody is told again. */
function withOnce(answer: Answer, once: Readonly<Record<string, unknown>> | undefined): Answer {
  if (once === undefined || answer.body === undefined) return answer;
  const document = JSON.parse(answer.body);
  const data = { ...document.data, attributes: { ...document.data.attributes, ...once } };
  return { ...answer, body: JSON.stringify({ ...document, data }) };
}

// Creating, updating and deleting one resource, and setting a relationship to one: https://jsonapi.org/format/1.1/#crud
// Each is one transaction; a request that fails writes nothing.
import {
  lockRecord,
  planWrite,
  type RecordOutcome,
  type Strategy,
  type WritePlan,
  writeRecord,
} from '../../../engine/records/index.js';
import { findKeyFields } from '../../../engine/records/read/index.js';
import { toCellBatch } from '../../../foundation/cells/row-batch.js';
import type { Client } from '../../../foundation/postgres/database.js';
import { apiError } from '../api-errors.js';
import { toOrigin } from '../api-services.js';
import { readJson } from '../document/read-json.js';
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
import { fetchTarget } from './fetch.js';
import { planSaid, refuseBlanks } from './plan-said.js';
import { throwErrors, waitingError } from './refused-record.js';
import { toAddress } from './resource-text.js';

type OfKind<K extends Target['kind']> = Extract<Target, { readonly kind: K }>;

export async function createResource(request: ApiRequest, target: Target): Promise<Answer> {
  const { shape } = target;
  const { id, said } = readResource(request.shapes, shape, readBody(request));
  const all = id === undefined ? said : [...toClientId(shape, id), ...said];
  const identity = id === undefined ? undefined : keyNames(target);
  return request.write(async (client) => {
    const { outcome } = await writeSaid(request, client, target, 'add', all, identity);
    const key = outcome.key ?? id;
    if (key === undefined)
      throw apiError(110, { detail: 'The record was written, but its key is not known.' });
    const answer = await fetchWritten(request, client, { kind: 'record', shape, id: key });
    return {
      ...answer,
      status: 201,
      headers: { ...answer.headers, location: toAddress(request.base, shape.type, key) },
    };
  });
}

export async function updateResource(request: ApiRequest, target: Target): Promise<Answer> {
  const { shape, id } = target as OfKind<'record'>;
  const { said } = readResource(request.shapes, shape, readBody(request), id);
  return request.write(async (client) => {
    await checkVersion(request, client, target, id);
    // Without anything to set the record is only looked at.
    const { outcome } =
      said.length === 0
        ? { outcome: undefined }
        : await writeSaid(request, client, target, 'update', withKey(target, id, said), keyNames(target));
    const answer = await fetchWritten(request, client, { kind: 'record', shape, id: outcome?.key ?? id });
    if (!prefersMinimal(request)) return answer;
    return { status: 204, headers: { ...answer.headers, 'preference-applied': 'return=minimal' } };
  });
}

export async function deleteResource(request: ApiRequest, target: Target): Promise<Answer> {
  const { shape, id } = target as OfKind<'record'>;
  return request.write(async (client) => {
    await checkVersion(request, client, target, id);
    const { outcome } = await writeSaid(
      request,
      client,
      target,
      'delete',
      withKey(target, id, []),
      keyNames(target),
    );
    if (outcome.action !== 'deleted') throw notThere(shape.type, id);
    return { status: 204, headers: {} };
  });
}

export async function updateRelationship(request: ApiRequest, target: Target): Promise<Answer> {
  const { shape, id, relationship } = target as OfKind<'related' | 'relationship'>;
  const linkage = readData(readJson(request.body ?? Buffer.alloc(0)));
  const said = readLinkage(request.shapes, shape, relationship.name, linkage, '');
  return request.write(async (client) => {
    await checkVersion(request, client, target, id);
    await writeSaid(request, client, target, 'update', withKey(target, id, said), keyNames(target));
    return { status: 204, headers: {} };
  });
}

const readBody = ({ body }: ApiRequest) => readJson(body ?? Buffer.alloc(0));

/** "A server MUST return 403 Forbidden in response to an unsupported request to create a resource with a client-generated ID." */
function toClientId(shape: Target['shape'], id: string): readonly Said[] {
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

const keyNames = ({ shape }: Target): readonly string[] =>
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

async function writeSaid(
  request: ApiRequest,
  client: Client,
  target: Target,
  strategy: Strategy,
  said: readonly Said[],
  identity: readonly string[] | undefined,
): Promise<{ readonly outcome: RecordOutcome; readonly plan: WritePlan }> {
  const { shape } = target;
  const plan = planSaid(said, () =>
    planWrite({
      catalog: request.catalog,
      entity: shape.entity,
      targets: said.map(({ path }, column) => ({ path, source: { column }, empty: 'leave' as const })),
      strategy,
      ...(identity === undefined || identity.length === 0 ? {} : { identity }),
      origin: toOrigin(request.caller, request.id),
    }),
  );
  const batch = toCellBatch(
    said.map(({ path }) => path.join('.')),
    [{ line: 1, cells: said.map(({ cell }) => cell) }],
    1,
  );
  refuseBlanks(plan, batch, said, shape);
  const outcome = await writeRecord(client, plan, batch);
  throwErrors(outcome.issues, said, shape);
  if (outcome.waits) throw strategy === 'delete' ? inUse(shape.type) : waitingError(shape, said);
  return { outcome, plan };
}

/** Locks the record. Throws API-401 if there is none, API-403 (412) if it is not the version that the client knows. */
async function checkVersion(request: ApiRequest, client: Client, target: Target, id: string): Promise<void> {
  const asked = request.headers['if-match'];
  const stored = await lockRecord(client, target.shape, id);
  if (!stored) throw notThere(target.shape.type, id);
  if (typeof asked !== 'string' || asked.trim() === '*') return;
  // By strong comparison (RFC 9110, 13.1.1); of our tags the part before the point is the record's version.
  const versions = asked.split(',').map((tag) => /^"(\d+)[."]/.exec(tag.trim())?.[1]);
  if (versions.includes(stored.version)) return;
  throw apiError(403, {
    detail: `The ${target.shape.type} '${id}' has changed since it was read; nothing was written.`,
    hint: 'Fetch it again, and send the change with its new ETag.',
    pointer: { header: 'If-Match' },
  });
}

/** The record as it is now, seen by the transaction that wrote it. */
function fetchWritten(request: ApiRequest, client: Client, target: Target): Promise<Answer> {
  const read: ApiRequest['read'] = async (sql, parameters) =>
    (await client.query(sql, [...parameters])).rows as never;
  return fetchTarget(
    {
      ...request,
      address: toAddress(request.base, target.shape.type, (target as OfKind<'record'>).id),
      read,
    },
    target,
  );
}

const prefersMinimal = ({ headers }: ApiRequest): boolean =>
  /(?:^|[,\s])return=minimal(?:[,;\s]|$)/i.test(String(headers['prefer'] ?? ''));

const inUse = (type: string) =>
  apiError(404, {
    detail: `Other records refer to this one of the ${type}.`,
    hint: 'Delete them first, or let them refer to another.',
  });

const notThere = (type: string, id: string) =>
  apiError(401, { detail: `There is no ${type} with the id '${id.slice(0, 60)}'.` });

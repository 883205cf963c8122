// Which methods an address of what is Dovetail's own has, and who answers them: a fetch as of any entity, a write by the resource's own.
import { apiError } from '../api-errors.js';
import { answerOnce } from '../idempotency/answer-once.js';
import type { ApiRequest } from '../request/api-request.js';
import type { Target } from '../request/target.js';
import { fetchTarget, planFetch, runFetch } from '../resources/fetch.js';
import type { Operation } from '../resources/operation.js';
import { toAddress } from '../resources/resource-text.js';
import type { Answer } from '../response/answer.js';
import { ApiFailure } from '../response/error-document.js';
import { checkBelonging, checkCreation, checkReach, mayAll } from './own-reach.js';
import type { OwnPlace, OwnResource, OwnSaid, OwnWrite } from './own-resource.js';
import { readOwnResource } from './own-resources.js';
import type { OwnServices } from './own-services.js';
import { readOwnDocument } from './read-own-document.js';

type Methods = Readonly<Record<string, Operation>>;

/** Throws API-106 (405). */
export function findOwnOperation(target: Target, method: string, services: OwnServices): Operation {
  const methods = toMethods(target, readOwnResource(target.shape.address), services);
  const allow = [...Object.keys(methods), 'OPTIONS'].join(', ');
  if (method === 'OPTIONS') return async () => ({ status: 204, headers: { allow } });
  if (Object.hasOwn(methods, method)) return methods[method]!;
  const refusal = apiError(106, {
    detail: `${method} is not possible here.`,
    hint: `Possible are ${allow}.`,
  });
  throw new ApiFailure([refusal], { allow });
}

function toMethods({ kind }: Target, resource: OwnResource, services: OwnServices): Methods {
  const fetch = { GET: fetchTarget, HEAD: fetchTarget };
  if (kind === 'collection')
    return { ...fetch, ...(resource.create ? { POST: toCreation(resource, services) } : {}) };
  if (kind !== 'record') return fetch;
  return {
    ...fetch,
    ...(resource.update ? { PATCH: answerOnce(updating(resource, services)) } : {}),
    ...(resource.delete ? { DELETE: answerOnce(deleting(resource, services)) } : {}),
  };
}

function toCreation(resource: OwnResource, services: OwnServices): Operation {
  if (resource.create!.once !== true) return answerOnce(creating(resource, services));
  return async (request, target) => {
    if (request.headers['idempotency-key'] === undefined)
      return creating(resource, services)(request, target);
    throw apiError(603, {
      detail:
        'The answer to an Idempotency-Key is kept, and this answer holds a secret, which is kept nowhere.',
      hint: 'Send the request without it; of two keys one can be revoked.',
      pointer: { header: 'Idempotency-Key' },
    });
  };
}

const creating =
  (resource: OwnResource, services: OwnServices): Operation =>
  async (request, target) => {
    const { shape } = target;
    checkCreation(shape);
    const write = resource.create!;
    const said = readOwnDocument(shape, write, request.body);
    await checkNamed(request, write, said);
    if (write.mine !== true) await checkBelonging(request, shape, 'create', findNamed(request, write, said));
    // Before anything is written: a query that can't be answered writes nothing.
    const planned = planFetch(request, { kind: 'record', shape, id: '' });
    const place = toPlace(request, said.id ?? '', mayAll(shape, 'create'), services);
    const made = await write.run(place, said);
    if ('meta' in made)
      return {
        status: 200,
        headers: {},
        body: JSON.stringify({ jsonapi: { version: '1.1' }, meta: made.meta }),
      };
    const location = toAddress(request.base, shape.address, made.id);
    const at = { ...request, self: location };
    const answer = await runFetch(at, { kind: 'record', shape, id: made.id }, planned);
    return { ...withOnce(answer, made.once), status: 201, headers: { ...answer.headers, location } };
  };

const updating =
  (resource: OwnResource, services: OwnServices): Operation =>
  async (request, target) => {
    const { shape, id } = target as Extract<Target, { kind: 'record' }>;
    const write = resource.update!;
    await checkReach(request, shape, id, 'update');
    const said = readOwnDocument(shape, write, request.body, id);
    await checkNamed(request, write, said);
    if (write.belongs !== undefined && said.relationships[write.belongs] !== undefined)
      await checkBelonging(request, shape, 'update', findNamed(request, write, said));
    refuseIfMatch(request);
    const planned = planFetch(request, { kind: 'record', shape, id: '' });
    const now = await write.run(toPlace(request, id, mayAll(shape, 'update'), services), said);
    const at = { ...request, self: toAddress(request.base, shape.address, now) };
    return runFetch(at, { kind: 'record', shape, id: now }, planned);
  };

const deleting =
  (resource: OwnResource, services: OwnServices): Operation =>
  async (request, target) => {
    const { shape, id } = target as Extract<Target, { kind: 'record' }>;
    await checkReach(request, shape, id, 'delete');
    refuseIfMatch(request);
    await resource.delete!(toPlace(request, id, mayAll(shape, 'delete'), services));
    return { status: 204, headers: {} };
  };

const toPlace = ({ caller }: ApiRequest, id: string, wide: boolean, services: OwnServices): OwnPlace => ({
  id,
  caller,
  services,
  wide,
});

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

/** "Any strong comparison with a weak tag fails" (RFC 9110, 8.8.3.2), and these are weak: they are tags of what was shown. */
function refuseIfMatch({ headers }: ApiRequest): void {
  const asked = headers['if-match'];
  if (typeof asked !== 'string' || asked.trim() === '*') return;
  throw apiError(403, {
    detail: "What is Dovetail's own has no version that If-Match could ask for; nothing was written.",
    hint: 'Leave If-Match out.',
    pointer: { header: 'If-Match' },
  });
}

/** Attributes that nobody is told again. */
function withOnce(answer: Answer, once: Readonly<Record<string, unknown>> | undefined): Answer {
  if (once === undefined || answer.body === undefined) return answer;
  const document = JSON.parse(answer.body);
  const data = { ...document.data, attributes: { ...document.data.attributes, ...once } };
  return { ...answer, body: JSON.stringify({ ...document, data }) };
}

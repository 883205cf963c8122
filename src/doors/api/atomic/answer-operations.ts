// Atomic Operations: many writes, each seeing what those before it did, all kept or none.
import { apiError } from '../api-errors.js';
import { malformed } from '../document/document-misfits.js';
import { readDocument } from '../document/read-document.js';
import { findMember, isObject, type Json } from '../document/read-json.js';
import { answerOnce } from '../idempotency/answer-once.js';
import type { ApiRequest } from '../request/api-request.js';
import { EXTENSIONS } from '../request/extensions.js';
import type { Target } from '../request/target.js';
import { withinTransaction } from '../request/within-transaction.js';
import { findWriting } from '../resources/operations.js';
import { rehearsed } from '../resources/rehearse.js';
import { type Answer, JSON_API } from '../response/answer.js';
import { ApiFailure } from '../response/error-document.js';
import { withPlace } from './error-place.js';
import { LocalIds } from './local-ids.js';
import { readOperationTarget } from './operation-target.js';
import { type AtomicOperation, listOperations, readOperation } from './read-operations.js';

const METHODS = { add: 'POST', update: 'PATCH', remove: 'DELETE' } as const;

/** Throws API-106 (405) and API-102 (415), and what each operation throws, by its place. */
export async function answerOperations(request: ApiRequest): Promise<Answer> {
  const { method, applied } = request;
  const names = applied.extensions.map(({ namespace }) => namespace);
  if (method === 'OPTIONS') return { status: 204, headers: { allow: 'POST, OPTIONS' } };
  if (method !== 'POST') throw notPossible(method);
  if (!names.includes('atomic')) throw unnamed();
  const run = names.includes('validate') ? rehearsed(runOperations) : answerOnce(runOperations);
  return run(request, undefined);
}

async function runOperations(request: ApiRequest): Promise<Answer> {
  const operations = listOperations(readDocument(request));
  const results = await request.records.transaction(async (client) => {
    const inner = withinTransaction(request, client, { single: true });
    const lids = new LocalIds();
    const made: (string | undefined)[] = [];
    for (const [i, operation] of operations.entries())
      made.push(await runPlaced(inner, operation, lids, `/atomic:operations/${i}`));
    return made;
  });
  if (results.every((one) => one === undefined)) return { status: 204, headers: {} };
  const texts = results.map((one) => one ?? '{}');
  const body = `{"jsonapi":{"version":"1.1","ext":["${ATOMIC}"]},"atomic:results":[${texts.join(',')}]}`;
  return { status: 200, headers: {}, body };
}

const ATOMIC = EXTENSIONS.find(({ namespace }) => namespace === 'atomic')!.uri;

async function runPlaced(
  request: ApiRequest,
  operation: Json,
  lids: LocalIds,
  place: string,
): Promise<string | undefined> {
  try {
    return await runOne(request, readOperation(operation), lids);
  } catch (error) {
    throw withPlace(error, (member) => `${place}${member ?? ''}`);
  }
}

/** The text of its result; undefined where it has none. */
async function runOne(
  request: ApiRequest,
  operation: AtomicOperation,
  lids: LocalIds,
): Promise<string | undefined> {
  const { op, data } = operation;
  const target = readOperationTarget(request, operation, lids);
  const writing = findWriting(target, METHODS[op]);
  if (!writing) throw malformed('/op', `${op} is not possible with what the operation is about.`);
  const document = data === undefined ? {} : { data: resolveData(target, data, lids) };
  const answer = await writing({ ...request, method: METHODS[op], query: '', headers: {}, document }, target);
  noteLocalId(target, data, answer, lids);
  return toResult(answer);
}

function resolveData(target: Target, data: Json, lids: LocalIds): Json {
  if (target.kind === 'relationship') return lids.resolve(data, '/data');
  if (!isObject(data)) return data;
  const named = target.kind === 'record' ? (lids.resolve(data, '/data') as typeof data) : data;
  return lids.resolveRelated(named, '/data');
}

function noteLocalId(target: Target, data: Json | undefined, { headers }: Answer, lids: LocalIds): void {
  const lid = isObject(data) ? findMember(data, 'lid') : undefined;
  const { location } = headers;
  if (typeof lid !== 'string' || location === undefined || target.kind !== 'collection') return;
  lids.note(target.shape.type, lid, decodeURIComponent(location.slice(location.lastIndexOf('/') + 1)));
}

/** Of a document without anything around its data, which stands last in it. */
const toResult = ({ body }: Answer): string | undefined =>
  body === undefined ? undefined : `{${body.slice(body.indexOf('"data":'))}`;

function notPossible(method: string) {
  const allow = 'POST, OPTIONS';
  const refusal = apiError(106, {
    detail: `${method} is not possible here.`,
    hint: `Possible are ${allow}.`,
  });
  return new ApiFailure([refusal], { allow });
}

const unnamed = () =>
  apiError(102, {
    detail: 'Operations are sent as a document of the extension Atomic Operations.',
    hint: `Send Content-Type: ${JSON_API}; ext="${ATOMIC}".`,
    pointer: { header: 'Content-Type' },
  });

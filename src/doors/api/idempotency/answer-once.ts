// Requests that may be sent again: with an Idempotency-Key the same request is done once, and answered alike each time
// (draft-ietf-httpapi-idempotency-key-header). The answer is kept in the transaction that writes, so no crash comes in between.
import { createHmac } from 'node:crypto';
import type { Client } from '../../../foundation/postgres/database.js';
import { apiError } from '../api-errors.js';
import type { ApiRequest } from '../request/api-request.js';
import { withinTransaction } from '../request/within-transaction.js';
import type { Answer } from '../response/answer.js';
import { claimKey, findAnswer, type KeyClaim, saveAnswer } from './answer-store.js';

/** What fails is not kept: the request can be mended, or sent again under the same key. */
export const answerOnce =
  <T>(operation: (request: ApiRequest, target: T) => Promise<Answer>) =>
  async (request: ApiRequest, target: T): Promise<Answer> => {
    const claim = readClaim(request);
    if (claim === undefined) return operation(request, target);
    const made = await request.records.transaction(async (client): Promise<Answer | undefined> => {
      if (!(await claimKey(client, claim))) return undefined;
      const answer = await operation(withinTransaction(request, client), target);
      await saveAnswer(client, claim, answer);
      return answer;
    });
    return made ?? replay(request, claim);
  };

/**
 * The same for a request whose body is known by its `digest`: `work` is done in the transaction that keeps its answer, or not at
 * all where it was done before.
 */
export async function writeOnce(
  request: ApiRequest,
  digest: string,
  work: (client: Client) => Promise<Answer>,
): Promise<{ readonly answer: Answer; readonly replayed: boolean }> {
  const claim = readClaim(request, digest);
  const made = await request.records.transaction(async (client): Promise<Answer | undefined> => {
    if (claim !== undefined && !(await claimKey(client, claim))) return undefined;
    const answer = await work(client);
    if (claim !== undefined) await saveAnswer(client, claim, answer);
    return answer;
  });
  return made === undefined
    ? { answer: await replay(request, claim!), replayed: true }
    : { answer: made, replayed: false };
}

async function replay(request: ApiRequest, claim: KeyClaim): Promise<Answer> {
  const stored = await request.records.transaction((client) => findAnswer(client, claim));
  if (stored === undefined)
    throw apiError(111, {
      detail: 'The first request with this Idempotency-Key was not done; send it again.',
    });
  if (stored.fingerprint.equals(claim.fingerprint)) {
    return { ...stored.answer, headers: { ...stored.answer.headers, 'idempotency-replayed': 'true' } };
  }
  throw apiError(304, {
    detail: 'Another request was sent with this Idempotency-Key.',
    hint: 'Each request has a key of its own; only the very same one is sent again under it.',
    pointer: { header: 'Idempotency-Key' },
  });
}

function readClaim(
  { headers, caller, method, address, body, fingerprintKey }: ApiRequest,
  digest?: string,
): KeyClaim | undefined {
  const key = headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key !== 'string' || !/^[\x21-\x7e]{1,255}$/.test(key)) {
    throw apiError(109, {
      detail: 'An Idempotency-Key has 1 to 255 visible ASCII letters, and stands once.',
      pointer: { header: 'Idempotency-Key' },
    });
  }
  // Under a key that is not in the database: by a plain digest, whoever reads the table could try passwords of a body.
  const fingerprint = createHmac('sha256', fingerprintKey)
    .update(`${method} ${address}\n`)
    .update(digest ?? body ?? '')
    .digest();
  return { caller: `${caller.kind}:${caller.id}`, key, fingerprint };
}

// The extension `validate`: a write is done and taken back, so that whatever would refuse it has been asked; its answer is told all the same.

import type { ApiRequest } from '../request/api-request.js';
import { withinTransaction } from '../request/within-transaction.js';
import type { Answer } from '../response/answer.js';

/** "validate:status" is the status that the request would have been answered with. */
export const rehearsed =
  <T>(operation: (request: ApiRequest, target: T) => Promise<Answer>) =>
  async (request: ApiRequest, target: T): Promise<Answer> => {
    let answer: Answer | undefined;
    await request.records
      .transaction(async (client) => {
        answer = await operation(withinTransaction(request, client, { rehearsal: true }), target);
        throw new TakenBack();
      })
      .catch((error) => {
        if (!(error instanceof TakenBack)) throw error;
      });
    return { status: 200, headers: {}, body: toRehearsal(answer!) };
  };

/** Ends the transaction, of which nothing is to be kept. */
class TakenBack extends Error {}

function toRehearsal({ status, body }: Answer): string {
  const says = `"validate:status":"${status}"`;
  return body === undefined ? `{"jsonapi":{"version":"1.1"},${says}}` : `${body.slice(0, -1)},${says}}`;
}

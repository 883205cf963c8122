// The extension `validate`: a write is done and taken back, so that whatever would refuse it has been asked; its answer is told all the same.

import { withinTransaction } from '../request/within-transaction.js';
import type { Answer } from '../response/answer.js';
import type { Operation } from './operation.js';

/** "validate:status" is the status that the request would have been answered with. */
export const rehearsed =
  (operation: Operation): Operation =>
  async (request, target) => {
    let answer: Answer | undefined;
    await request.records
      .transaction(async (client) => {
        answer = await operation(withinTransaction(request, client, true), target);
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

// Who answers an address where ids are those of another system. A fetch is the same one statement; a write is the one of every other
// address, told in own ids, in one transaction with what the system calls the record.
import { apiError } from '../api-errors.js';
import { readDocument } from '../document/read-document.js';
import { readData } from '../document/read-resource.js';
import { answerOnce } from '../idempotency/answer-once.js';
import { asksForAggregates } from '../query/aggregate-query.js';
import type { ApiRequest } from '../request/api-request.js';
import type { Applied } from '../request/negotiate.js';
import type { Target } from '../request/target.js';
import { withinTransaction } from '../request/within-transaction.js';
import { planFetch } from '../resources/fetch.js';
import type { Operation } from '../resources/operation.js';
import { findOperation, findWriting, notPossible } from '../resources/operations.js';
import { refuseKnown } from '../resources/refuse-known.js';
import { rehearsed } from '../resources/rehearse.js';
import type { Answer } from '../response/answer.js';
import { createForeign } from './create-foreign.js';
import { type ForeignWrite, toOwnRequest } from './foreign-write.js';
import { readKey, toOwnLinkage } from './own-ids.js';
import { deleteForeign, updateForeign } from './write-foreign.js';

const READS: readonly string[] = ['GET', 'HEAD', 'OPTIONS'];

/** Throws API-106 (405) and API-432. */
export function findForeignOperation(
  target: Target,
  { method, query, applied }: Pick<ApiRequest, 'method' | 'query' | 'applied'>,
): Operation {
  refuseOthers(applied, query);
  if (READS.includes(method)) return findOperation(target, method, applied);
  const writing = findWriting(target, method);
  if (!writing) throw notPossible(target, method);
  const operation = inTransaction(toWrite(target, method, writing));
  return applied.extensions.some(({ namespace }) => namespace === 'validate')
    ? rehearsed(operation)
    : answerOnce(operation);
}

function refuseOthers({ extensions }: Applied, query: string): void {
  const other = extensions.find(({ namespace }) => !['upsert', 'validate'].includes(namespace));
  if (other !== undefined)
    throw apiError(432, { detail: `The extension ${other.uri} is of no use with ids of another system.` });
  if (asksForAggregates(query))
    throw apiError(432, { detail: 'Groups are counted at /api, where ids are the records’ own.' });
}

function toWrite({ kind }: Target, method: string, writing: Operation): ForeignWrite {
  if (kind === 'collection') return createForeign;
  if (kind === 'record') return method === 'DELETE' ? deleteForeign : updateForeign;
  return async (client, request, target) => {
    if (target.kind !== 'relationship') throw notPossible(target, method);
    const key = await readKey(client, request, target.shape, target.id);
    const linkage = readData(readDocument(request));
    const data = await toOwnLinkage(client, request, target.relationship, linkage, '/data');
    return writing(toOwnRequest(request, { data }), { ...target, id: key });
  };
}

const inTransaction =
  (write: ForeignWrite): Operation =>
  (request, target): Promise<Answer> => {
    // Before anything is written: a query that can't be answered writes nothing.
    const planned = planFetch(request, { kind: 'record', shape: target.shape, id: '' });
    return request.records.transaction(async (client) => {
      const within = withinTransaction(request, client);
      if (target.kind !== 'collection') await refuseKnown(within, target);
      return write(client, { ...within, system: request.system! }, target, planned);
    });
  };

export const noBatch = () =>
  apiError(432, { detail: 'A batch is taken at /api, where ids are the records’ own.' });

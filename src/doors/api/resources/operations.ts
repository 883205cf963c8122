// Which methods an address has, and who answers them.
import { apiError } from '../api-errors.js';
import { toManyError } from '../document/read-resource.js';
import { answerOnce } from '../idempotency/answer-once.js';
import type { Target } from '../request/target.js';
import { ApiFailure } from '../response/error-document.js';
import { fetchTarget } from './fetch.js';
import type { Operation } from './operation.js';
import { refuseKnown } from './refuse-known.js';
import { createResource, deleteResource, updateRelationship, updateResource } from './write.js';

const options: Operation = async (_request, target) => ({
  status: 204,
  headers: { allow: methodsOf(target).join(', ') },
});

/** A request that is answered again is not held against what is there by now. */
const writing = (operation: Operation): Operation =>
  answerOnce(async (request, target) => {
    await refuseKnown(request, target);
    return operation(request, target);
  });

const OPERATIONS: Readonly<Record<Target['kind'], Readonly<Record<string, Operation>>>> = {
  collection: { GET: fetchTarget, HEAD: fetchTarget, POST: writing(createResource), OPTIONS: options },
  record: {
    GET: fetchTarget,
    HEAD: fetchTarget,
    PATCH: writing(updateResource),
    DELETE: writing(deleteResource),
    OPTIONS: options,
  },
  related: { GET: fetchTarget, HEAD: fetchTarget, OPTIONS: options },
  relationship: {
    GET: fetchTarget,
    HEAD: fetchTarget,
    PATCH: writing(updateRelationship),
    OPTIONS: options,
  },
};

const methodsOf = (target: Target): readonly string[] => Object.keys(OPERATIONS[target.kind]);

/** Throws API-106 (405), or API-104 (403) where the standard has the method, but nobody here can answer it. */
export function findOperation(target: Target, method: string): Operation {
  const operations = OPERATIONS[target.kind];
  if (Object.hasOwn(operations, method)) return operations[method]!;
  if (target.kind === 'relationship' && !target.relationship.one && ['POST', 'DELETE'].includes(method))
    throw toManyError(target.shape, target.relationship);
  const allow = methodsOf(target).join(', ');
  const refusal = apiError(106, {
    detail: `${method} is not possible here.`,
    hint: `Possible are ${allow}.`,
  });
  throw new ApiFailure([refusal], { allow });
}

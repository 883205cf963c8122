// Which methods an address has, and who answers them.
import { apiError } from '../api-errors.js';
import { answerOnce } from '../idempotency/answer-once.js';
import type { Target } from '../request/target.js';
import { fetchTarget } from './fetch.js';
import type { Operation } from './operation.js';
import { createResource, deleteResource, updateRelationship, updateResource } from './write.js';

const options: Operation = async (_request, target) => ({
  status: 204,
  headers: { allow: methodsOf(target).join(', ') },
});

const OPERATIONS: Readonly<Record<Target['kind'], Readonly<Record<string, Operation>>>> = {
  collection: { GET: fetchTarget, HEAD: fetchTarget, POST: answerOnce(createResource), OPTIONS: options },
  record: {
    GET: fetchTarget,
    HEAD: fetchTarget,
    PATCH: answerOnce(updateResource),
    DELETE: answerOnce(deleteResource),
    OPTIONS: options,
  },
  related: { GET: fetchTarget, HEAD: fetchTarget, OPTIONS: options },
  relationship: {
    GET: fetchTarget,
    HEAD: fetchTarget,
    PATCH: answerOnce(updateRelationship),
    OPTIONS: options,
  },
};

const methodsOf = (target: Target): readonly string[] => Object.keys(OPERATIONS[target.kind]);

/** Throws API-106 (405). */
export function findOperation(target: Target, method: string): Operation {
  const operation = OPERATIONS[target.kind][method];
  if (operation) return operation;
  throw apiError(106, {
    detail: `${method} is not possible here.`,
    hint: `Possible are ${methodsOf(target).join(', ')}.`,
  });
}

// Which methods an address has, and who answers them.
import { DovetailError } from '../../../foundation/errors/dovetail-error.js';
import { apiError } from '../api-errors.js';
import { answerOnce } from '../idempotency/answer-once.js';
import { asksForAggregates } from '../query/aggregate-query.js';
import type { Extension, ExtensionName } from '../request/extensions.js';
import { type Applied, findExtensionHint } from '../request/negotiate.js';
import type { Target } from '../request/target.js';
import { ApiFailure } from '../response/error-document.js';
import { aggregateCollection } from './aggregate.js';
import { deleteList } from './delete-list.js';
import { fetchTarget } from './fetch.js';
import { changeLinks } from './links.js';
import type { Operation } from './operation.js';
import { refuseKnown } from './refuse-known.js';
import { rehearsed } from './rehearse.js';
import { notThere } from './stored-record.js';
import { upsertResource } from './upsert.js';
import { createResource, deleteResource, updateRelationship, updateResource } from './write.js';

const options: Operation = async (_request, target) => ({
  status: 204,
  headers: { allow: methodsOf(target).join(', ') },
});

/** A request that is answered again is not held against what is there by now. */
const guarded =
  (operation: Operation): Operation =>
  async (request, target) => {
    await refuseKnown(request, target);
    return operation(request, target);
  };

type Operations = Readonly<Record<Target['kind'], Readonly<Record<string, Operation>>>>;

const reads = { GET: fetchTarget, HEAD: fetchTarget, OPTIONS: options };

const fetchOrAggregate: Operation = (request, target) =>
  asksForAggregates(request.query) ? aggregateCollection(request, target) : fetchTarget(request, target);
const lists = { ...reads, GET: fetchOrAggregate, HEAD: fetchOrAggregate };
const READS: Operations = { collection: lists, record: reads, related: reads, relationship: reads };

const WRITES: Operations = {
  collection: { POST: createResource },
  record: { PATCH: updateResource, DELETE: deleteResource },
  related: {},
  relationship: {},
};

/** Of relationships that are stored with the others. */
const LINK_WRITES = {
  PATCH: changeLinks('replace'),
  POST: changeLinks('add'),
  DELETE: changeLinks('remove'),
};
const LINK_WRITE = { PATCH: changeLinks('replace') };
const REFERENCE_WRITES = { PATCH: updateRelationship };

function writesOf(target: Target): Readonly<Record<string, Operation>> {
  if (target.kind !== 'relationship') return WRITES[target.kind];
  const { relation, one } = target.relationship;
  if (relation.kind === 'one') return REFERENCE_WRITES;
  return one ? LINK_WRITE : LINK_WRITES;
}

/** What extensions do in place of that, or where the base does nothing. */
const EXTENDED: Readonly<Partial<Record<ExtensionName, Partial<Operations>>>> = {
  upsert: { collection: { POST: upsertResource } },
  delete: { collection: { DELETE: deleteList } },
};

const methodsOf = (target: Target): readonly string[] => [
  ...Object.keys(READS[target.kind]).filter((method) => method !== 'OPTIONS'),
  ...Object.keys(writesOf(target)),
  // A batch, whose body comes another way.
  ...(target.kind === 'collection' ? ['PATCH'] : []),
  'OPTIONS',
];

/** Throws API-106 (405). */
export function findOperation(target: Target, method: string, { extensions }: Applied): Operation {
  const reading = find(READS[target.kind], method);
  if (reading) return named(reading);
  const extended = findExtended(target, method, extensions);
  const writing = extended ? named(extended) : findWriting(target, method);
  if (!writing) throw notPossible(target, method);
  // What is taken back is done as often as one likes.
  return extensions.some(({ namespace }) => namespace === 'validate')
    ? rehearsed(guarded(writing))
    : answerOnce(guarded(writing));
}

/** What writes there, by itself: for whoever does several things at once. */
export function findWriting(target: Target, method: string): Operation | undefined {
  const writing = find(writesOf(target), method);
  return writing && named(writing);
}

/** An id that can't be one of these is refused as one that none of them has, in the words of the API. */
const named =
  (operation: Operation): Operation =>
  async (request, target) => {
    try {
      return await operation(request, target);
    } catch (error) {
      if (!(error instanceof DovetailError) || error.code !== 'READ-206' || !('id' in target)) throw error;
      throw notThere(target.shape.type, target.id);
    }
  };

const find = (operations: Readonly<Record<string, Operation>> | undefined, method: string) =>
  operations && Object.hasOwn(operations, method) ? operations[method] : undefined;

function findExtended(
  { kind }: Target,
  method: string,
  extensions: readonly Extension[],
): Operation | undefined {
  const names = extensions.map(({ namespace }) => namespace as ExtensionName);
  return names.map((name) => find(EXTENDED[name]?.[kind], method)).find((one) => one !== undefined);
}

export function notPossible(target: Target, method: string) {
  const allow = methodsOf(target).join(', ');
  const refusal = apiError(106, {
    detail: `${method} is not possible here.`,
    hint: findExtensionHint(`${method} ${target.kind}`) ?? `Possible are ${allow}.`,
  });
  return new ApiFailure([refusal], { allow });
}

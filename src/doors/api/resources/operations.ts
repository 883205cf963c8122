// Which methods an address has, and who answers them.
import { apiError } from '../api-errors.js';
import { toManyError } from '../document/read-resource.js';
import { answerOnce } from '../idempotency/answer-once.js';
import type { Extension, ExtensionName } from '../request/extensions.js';
import { type Applied, findExtensionHint } from '../request/negotiate.js';
import type { Target } from '../request/target.js';
import { ApiFailure } from '../response/error-document.js';
import { fetchTarget } from './fetch.js';
import type { Operation } from './operation.js';
import { refuseKnown } from './refuse-known.js';
import { rehearsed } from './rehearse.js';
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
const READS: Operations = { collection: reads, record: reads, related: reads, relationship: reads };

const WRITES: Operations = {
  collection: { POST: createResource },
  record: { PATCH: updateResource, DELETE: deleteResource },
  related: {},
  relationship: { PATCH: updateRelationship },
};

/** What extensions do in place of that, or where the base does nothing. */
const EXTENDED: Readonly<Partial<Record<ExtensionName, Partial<Operations>>>> = {};

const methodsOf = ({ kind }: Target): readonly string[] => [
  ...Object.keys(READS[kind]).filter((method) => method !== 'OPTIONS'),
  ...Object.keys(WRITES[kind]),
  'OPTIONS',
];

/** Throws API-106 (405), or API-104 (403) where the standard has the method, but nobody here can answer it. */
export function findOperation(target: Target, method: string, { extensions }: Applied): Operation {
  const reading = find(READS[target.kind], method);
  if (reading) return reading;
  const writing = findExtended(target, method, extensions) ?? find(WRITES[target.kind], method);
  if (!writing) throw notPossible(target, method);
  // What is taken back is done as often as one likes.
  return extensions.some(({ namespace }) => namespace === 'validate')
    ? rehearsed(guarded(writing))
    : answerOnce(guarded(writing));
}

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

function notPossible(target: Target, method: string) {
  if (target.kind === 'relationship' && !target.relationship.one && ['POST', 'DELETE'].includes(method))
    return toManyError(target.shape, target.relationship);
  const allow = methodsOf(target).join(', ');
  const refusal = apiError(106, {
    detail: `${method} is not possible here.`,
    hint: findExtensionHint(`${method} ${target.kind}`) ?? `Possible are ${allow}.`,
  });
  return new ApiFailure([refusal], { allow });
}

// What the sender of a batch says beside the records, in the address and in headers.
import { DUPLICATE_RULES, type OnDuplicate, type Strategy } from '../../../engine/records/index.js';
import { apiError } from '../api-errors.js';
import { type QueryParameter, readQueryParameters } from '../query/query-parameters.js';
import type { BatchWish } from './batch-rooms.js';
import { BATCH_STRATEGIES } from './strategy.js';

export interface BatchQuery extends Pick<BatchWish, 'onDuplicate' | 'maxErrors' | 'notify'> {
  readonly strategy?: Strategy;
  /** Names of attributes that identify a record of a table. */
  readonly identity?: readonly string[];
}

const MEMBERS = ['strategy', 'identity', 'onDuplicate', 'maxErrors', 'notify'] as const;

/** `batch[strategy]=update&batch[notify]=https://…`. Throws API-201, 202. */
export function readBatchQuery(query: string): BatchQuery {
  const said = new Map<string, QueryParameter>();
  for (const parameter of readQueryParameters(query, ['batch'])) {
    const [member, ...more] = parameter.members;
    if (!MEMBERS.some((name) => name === member) || more.length > 0) {
      throw apiError(201, {
        detail: `There is no query parameter '${parameter.name}' here.`,
        hint: `Known are ${MEMBERS.map((name) => `batch[${name}]`).join(', ')}.`,
        pointer: { parameter: parameter.name },
      });
    }
    said.set(member!, parameter);
  }
  const [strategy, identity, onDuplicate, maxErrors, notify] = MEMBERS.map((name) => said.get(name));
  return {
    ...(strategy ? { strategy: readChoice(strategy, BATCH_STRATEGIES) } : {}),
    ...(identity ? { identity: identity.value.split(',').filter((name) => name !== '') } : {}),
    ...(onDuplicate ? { onDuplicate: readChoice<OnDuplicate>(onDuplicate, DUPLICATE_RULES) } : {}),
    ...(maxErrors ? { maxErrors: readMost(maxErrors) } : {}),
    ...(notify ? { notify: [readCallback(notify)] } : {}),
  };
}

function readChoice<T extends string>({ name, value }: QueryParameter, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === value);
  if (found !== undefined) return found;
  throw misfit(name, `${name} is one of ${choices.join(', ')}.`);
}

function readMost({
  name,
  value,
}: QueryParameter): { readonly count: number } | { readonly percent: number } {
  const [, digits, percent] = /^(\d{1,9})(%?)$/.exec(value) ?? [];
  if (digits === undefined || (percent === '%' && Number(digits) > 100))
    throw misfit(name, `${name} is a number of records, or a share of them, as 5%25.`);
  return percent === '%' ? { percent: Number(digits) } : { count: Number(digits) };
}

/** By a webhook only: mails to whoever a client names would be mails in our name. */
function readCallback({ name, value }: QueryParameter): string {
  if (/^https?:\/\//i.test(value)) return value;
  throw misfit(name, `${name} is an address that begins with https://.`);
}

const misfit = (parameter: string, detail: string) => apiError(202, { detail, pointer: { parameter } });

/** How long the answer may wait for the run, in milliseconds (RFC 7240: `respond-async`, `wait=10`); undefined: nothing is said. */
export function readWait(prefer: string | undefined): number | undefined {
  if (prefer === undefined) return undefined;
  const wait = /(?:^|[,;\s])wait\s*=\s*"?(\d{1,6})"?(?=$|[,;\s])/i.exec(prefer)?.[1];
  if (wait !== undefined) return Math.min(Number(wait) * 1000, MOST_WAIT_MS);
  return /(?:^|[,\s])respond-async(?=$|[,;\s])/i.test(prefer) ? 0 : undefined;
}

const MOST_WAIT_MS = 60_000;

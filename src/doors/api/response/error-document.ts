// Errors as a JSON:API document. The one place where an error becomes an answer: what isn't ours says nothing of the inside.
import { DovetailError } from '../../../foundation/errors/dovetail-error.js';
import { apiError } from '../api-errors.js';
import type { Answer } from './answer.js';
import { statusOf } from './error-status.js';

/** The errors of one request, with headers that their answer needs. */
export class ApiFailure extends Error {
  override readonly name = 'ApiFailure';
  readonly errors: readonly DovetailError[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(errors: readonly DovetailError[], headers: Readonly<Record<string, string>> = {}) {
    super(errors.map((error) => error.message).join('; '));
    this.errors = errors;
    this.headers = headers;
  }
}

/** https://jsonapi.org/format/1.1/#error-objects */
export function toErrorAnswer(error: unknown, requestId: string): Answer {
  const errors = error instanceof ApiFailure ? error.errors : [toOwnError(error, requestId)];
  const statuses = errors.map((one) => statusOf(one.code));
  const objects = errors.map((one, i) =>
    toErrorObject(one, statuses[i]!, i === 0 ? requestId : `${requestId}-${i + 1}`),
  );
  // "When a server encounters multiple problems …, the most generally applicable HTTP error code SHOULD be used."
  const status = new Set(statuses).size === 1 ? statuses[0]! : statuses.some((one) => one >= 500) ? 500 : 400;
  const headers: Record<string, string> = {
    ...(status === 401 ? { 'www-authenticate': 'Bearer realm="dovetail"' } : {}),
    ...(status === 503 ? { 'retry-after': '5' } : {}),
    ...(error instanceof ApiFailure ? error.headers : {}),
  };
  return { status, headers, body: JSON.stringify({ jsonapi: { version: '1.1' }, errors: objects }) };
}

function toErrorObject(error: DovetailError, status: number, id: string) {
  const { parameter, header, member } = error.pointer ?? {};
  const source = {
    ...(member === undefined ? {} : { pointer: member }),
    ...(parameter === undefined ? {} : { parameter }),
    ...(header === undefined ? {} : { header }),
  };
  return {
    id,
    status: String(status),
    code: error.code,
    title: error.title,
    detail: error.detail,
    ...(Object.keys(source).length === 0 ? {} : { source }),
    ...(error.hint === undefined ? {} : { meta: { hint: error.hint } }),
  };
}

/** What the pool says where no connection came free in time: it has no code. */
const NO_ROOM = /^timeout exceeded when trying to connect|^Connection terminated due to connection timeout/;

function toOwnError(error: unknown, requestId: string): DovetailError {
  if (error instanceof DovetailError) return error;
  const { code } = error as { readonly code?: string };
  // query_canceled by our own limit, lock_not_available, and a pool or server without room.
  if (code === '57014' || code === '55P03') {
    return apiError(108, {
      detail: 'The database did not answer in time; nothing was changed.',
      hint: 'Ask for less, or by a field that has an index.',
      cause: error,
    });
  }
  // A materialized view that was never filled; the server says which.
  if (code === '55000') {
    return apiError(112, {
      detail: `${(error as Error).message}.`,
      hint: 'Fill it with refresh materialized view.',
      cause: error,
    });
  }
  // Also deadlocks and what two transactions can't both do: the next try finds the way free.
  if ((code !== undefined && /^(08|40|53|57)/.test(code)) || NO_ROOM.test((error as Error).message)) {
    return apiError(111, {
      detail: 'The database has no room for the request now; nothing was changed.',
      cause: error,
    });
  }
  return apiError(110, {
    detail: `The request could not be answered. It is in the log under ${requestId}.`,
    cause: error,
  });
}

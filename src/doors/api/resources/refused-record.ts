// What the write path says of a record, as errors that point into the document it came in.
import type { ResourceShape } from '../../../engine/documents/index.js';
import type { RunIssue } from '../../../engine/pipeline/index.js';
import { RECORDS_ERRORS } from '../../../engine/records/index.js';
import { DovetailError } from '../../../foundation/errors/dovetail-error.js';
import { apiError } from '../api-errors.js';
import type { Said } from '../document/read-resource.js';
import { ApiFailure } from '../response/error-document.js';

/** Throws all errors among the issues at once. */
export function throwErrors(issues: readonly RunIssue[], said: readonly Said[], shape: ResourceShape): void {
  const errors = toErrors(issues, said, shape);
  if (errors.length > 0) throw new ApiFailure(errors);
}

export const toErrors = (
  issues: readonly RunIssue[],
  said: readonly Said[],
  shape: ResourceShape,
): readonly DovetailError[] =>
  issues.filter(({ severity }) => severity === 'error').map((issue) => toError(issue, said, shape));

const toError = (issue: RunIssue, said: readonly Said[], shape: ResourceShape): DovetailError =>
  toRecordError(issue, issue.field === undefined ? undefined : findPlace(issue.field, said, shape));

/** `member`: where the document says what is wrong. */
export function toRecordError(
  { code, message, hint }: Pick<RunIssue, 'code' | 'message' | 'hint'>,
  member: string | undefined,
): DovetailError {
  const number = Number(code.split('-')[1]) as keyof typeof RECORDS_ERRORS;
  const kind = RECORDS_ERRORS[number] ?? { title: 'Refused', consequence: 'skip' };
  return new DovetailError(code, kind, {
    detail: message,
    ...(hint !== undefined && isForAll(code, hint) ? { hint } : {}),
    ...(member === undefined ? {} : { pointer: { member } }),
  });
}

/** Most hints of the write path name options of a command, or cells of a file; what a check asks for, and what is near, holds for a document too. */
const isForAll = (code: string, hint: string): boolean =>
  code === 'RECORDS-308' || /^Did you mean '[^']*'\?$/.test(hint);

function findPlace(field: string, said: readonly Said[], shape: ResourceShape): string | undefined {
  const [head = ''] = field.split('.');
  const found =
    said.find(({ path }) => path.join('.') === field) ?? said.find(({ path }) => path[0] === head);
  if (found !== undefined) return found.member;
  // "This MUST point to a value in the request document that exists": what is missing has no place but the resource.
  return shape.attributeOf.has(field) ? '/data' : undefined;
}

/** A record that refers to one that is not there: in a file it could still come. */
export const waitingError = (shape: ResourceShape, said: readonly Said[]) =>
  apiError(401, {
    detail: `A record that the ${shape.type} would refer to is not there.`,
    pointer: { member: said.find(({ path }) => path.length > 1)?.member ?? '/data' },
  });

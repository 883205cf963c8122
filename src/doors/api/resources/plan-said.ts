// What a document says, held against what the write path takes: the API is stricter than a file, and points into the document.
import type { ResourceShape } from '../../../engine/documents/index.js';
import type { RunIssue } from '../../../engine/pipeline/index.js';
import { kindOf, listValueIssues, type WritePlan } from '../../../engine/records/index.js';
import { Cell, type CellBatch } from '../../../foundation/cells/cell-batch.js';
import { DovetailError } from '../../../foundation/errors/dovetail-error.js';
import { apiError } from '../api-errors.js';
import type { Said } from '../document/read-resource.js';
import { ApiFailure } from '../response/error-document.js';
import { toErrors, waitingError } from './refused-record.js';

/** A blank cell of a file says nothing of a number or date; a document that sends an empty text does. Throws API-302 (422) or 401 (404). */
export function refuseBlanks(
  plan: WritePlan,
  batch: CellBatch,
  said: readonly Said[],
  shape: ResourceShape,
): void {
  const blanks: DovetailError[] = [];
  for (const column of plan.columns) {
    const { source } = column.target;
    if (!('column' in source) || kindOf(batch, 0, source.column, column) !== Cell.empty) continue;
    const { path, member } = said[source.column]!;
    if (path.length > 1) throw waitingError(shape, said);
    blanks.push(
      apiError(302, {
        detail: `An empty text is no value of ${path[0]}.`,
        hint: 'Send null for none.',
        pointer: { member },
      }),
    );
  }
  if (blanks.length === 0) return;
  throw new ApiFailure([...blanks, ...toErrors(listValueIssues(plan, batch), said, shape)]);
}

/** All values that are wrong, where one is: the write path tells of the first. */
export function withAllValues(
  plan: WritePlan,
  batch: CellBatch,
  issues: readonly RunIssue[],
): readonly RunIssue[] {
  const values = listValueIssues(plan, batch);
  return values.length === 0 ? issues : values;
}

/** Throws what is wrong with the request itself, by the place where the document says it. */
export function planSaid(said: readonly Said[], plan: () => WritePlan): WritePlan {
  try {
    return plan();
  } catch (error) {
    if (!(error instanceof DovetailError)) throw error;
    const { code, title, consequence, detail, pointer } = error;
    const member = said.find(({ path }) => path.join('.') === pointer?.field)?.member ?? '/data';
    // Its hints name options of a command.
    throw new DovetailError(code, { title, consequence }, { detail, pointer: { member } });
  }
}
